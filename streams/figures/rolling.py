"""Rolling windows over panes by merging dyadic blocks.

Minutes are the leaves of a binary tree: the block (level, index) covers 2^level minutes. Any window
of n minutes consists of at most 2 log2(n) blocks, and a changed pane invalidates only the log2(n)
blocks above it. While only a window's last pane changes, the merge of the others is kept. Nothing
is ever subtracted, so every mergeable part works, and the order of updates does not matter. (Stream
slicing after Traub et al., EDBT 2019, with the tree of Arasu and Widom 2004.)
"""

from collections.abc import Iterator

from sortedcontainers import SortedDict

from contracts.indicators.parts import Parts, merged

MAX_LEVEL = 10
"""The largest block covers 1,024 minutes: a day is one of those and some smaller ones."""


class RollingPanes:
    """The panes of one district, ready to be merged over any range of minutes."""

    def __init__(self) -> None:
        self._panes: SortedDict[int, Parts] = SortedDict()
        self._blocks: dict[tuple[int, int], Parts] = {}
        # Window length -> first minute, and the merge of all its panes except the last: that pane
        # changes from one figure to the next.
        self._bodies: dict[int, tuple[int, Parts]] = {}

    def __len__(self) -> int:
        return len(self._panes)

    def put(self, minute: int, parts: Parts) -> None:
        """Set the pane of a minute, replacing its earlier state."""
        self._panes[minute] = parts
        self._spoil(minute)

    def window(self, first: int, end: int) -> Parts:
        """The merge of the panes with ``first <= minute < end``."""
        if first >= end:
            return {}
        began, body = self._bodies.get(end - first, (None, {}))
        if began != first:
            body = merged(self._block(level, index) for level, index in _cover(first, end - 1))
            self._bodies[end - first] = first, body
        return merged((body, self._panes.get(end - 1, {})))

    def drop_before(self, minute: int) -> None:
        """Forget the panes before a minute."""
        while self._panes and self._panes.peekitem(0)[0] < minute:
            old, _ = self._panes.popitem(0)
            self._spoil(old)

    def _spoil(self, minute: int) -> None:
        for length, (first, _) in list(self._bodies.items()):
            if first <= minute < first + length - 1:
                del self._bodies[length]
        for level in range(1, MAX_LEVEL + 1):
            self._blocks.pop((level, minute >> level), None)

    def _block(self, level: int, index: int) -> Parts:
        if level == 0:
            pane: Parts = self._panes.get(index, {})
            return pane
        block = self._blocks.get((level, index))
        if block is None:
            first, end = index << level, (index + 1) << level
            if self._panes.bisect_left(first) == self._panes.bisect_left(end):
                return {}  # not kept: most of the first day of a new district is empty
            left, right = self._block(level - 1, 2 * index), self._block(level - 1, 2 * index + 1)
            # Parts are never changed in place, so one half may serve as the whole.
            block = merged((left, right)) if left and right else left or right
            self._blocks[level, index] = block
        return block


def _cover(first: int, end: int) -> Iterator[tuple[int, int]]:
    """The fewest blocks (level, index) that make up the minutes from first to before end."""
    while first < end:
        aligned = (first & -first).bit_length() - 1 if first else MAX_LEVEL
        level = min(aligned, MAX_LEVEL, (end - first).bit_length() - 1)
        yield level, first >> level
        first += 1 << level
