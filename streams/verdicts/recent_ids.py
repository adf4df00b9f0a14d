"""Event ids of a partition's last records, each with the offset of its last occurrence."""

from collections import deque
from collections.abc import Sequence

SMALL = 64
"""Blocks with fewer records are joined: one by one, they would take more memory than their ids."""


class RecentIds:
    """Remembers the event ids of a partition's last ``window`` offsets.

    Its content depends on the log alone: reading ``window`` records again restores it.

    Nearly all ids are new, and a set tells so, a block at a time. Their offsets are indexed when an
    id recurs, for as long as it matters.
    """

    def __init__(self, window: int) -> None:
        self._window = window
        self._ids: set[str] = set()
        self._blocks: deque[tuple[Sequence[str], Sequence[int]]] = deque()  # ids and their offsets
        self._index: dict[str, int] | None = None  # id -> last offset
        self._recurred_at = 0

    def preload(self, newest_first: Sequence[str]) -> None:
        """Remember ids of the previous log, as if they stood at offsets -1, -2, … in this one."""
        ids = newest_first[: self._window][::-1]
        if ids:
            self._ids.update(ids)
            self._blocks.append((ids, range(-len(ids), 0)))

    def earlier(self, ids: Sequence[str], offsets: Sequence[int]) -> dict[int, int]:
        """Remember the ids; return index -> previous offset of ids that recur within the window."""
        self._forget_before(offsets[0] - self._window)
        before = len(self._ids)
        self._ids.update(ids)
        found: dict[int, int] = {}
        if len(self._ids) - before < len(ids):
            found = self._one_by_one(ids, offsets)
        elif self._index is not None:
            self._index.update(zip(ids, offsets, strict=True))
        self._keep(ids, offsets)
        return found

    def _one_by_one(self, ids: Sequence[str], offsets: Sequence[int]) -> dict[int, int]:
        index = self._index
        if index is None:
            index = self._index = {}
            for block in self._blocks:
                index.update(zip(*block, strict=True))
        found: dict[int, int] = {}
        for n, (id_, offset) in enumerate(zip(ids, offsets, strict=True)):
            earlier = index.get(id_)
            if earlier is not None and offset - earlier <= self._window:
                found[n] = earlier
            index[id_] = offset
        self._recurred_at = offsets[-1]
        return found

    def _keep(self, ids: Sequence[str], offsets: Sequence[int]) -> None:
        if len(ids) >= SMALL:
            self._blocks.append((ids, offsets))
        elif self._blocks and len(self._blocks[-1][0]) < SMALL:
            last_ids, last_offsets = self._blocks.pop()
            self._blocks.append(([*last_ids, *ids], [*last_offsets, *offsets]))
        else:
            self._blocks.append((list(ids), list(offsets)))

    def _forget_before(self, offset: int) -> None:
        while self._blocks and self._blocks[0][1][-1] < offset:
            ids, offsets = self._blocks.popleft()
            if self._index is None:
                self._ids.difference_update(ids)
                continue
            index = self._index
            gone = [id_ for id_, at in zip(ids, offsets, strict=True) if index.get(id_) == at]
            self._ids.difference_update(gone)
            for id_ in gone:
                del index[id_]
            if self._recurred_at < offset:  # no id is in two blocks any more
                self._index = None
