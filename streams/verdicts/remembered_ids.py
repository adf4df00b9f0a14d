"""Event ids of a partition over the hours of lateness, in segments kept in its table."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from contracts.messages import OFFSET_BITS
from contracts.topics import SEEN
from streams.verdicts.id_hashes import Hashes, hashes
from streams.verdicts.id_segment import MINUTE_S, MOST_RECORDS, IdSegment

SEGMENT_RECORDS = 8_192
FEW_BEHIND = 8
"""Ids of a block that are searched for one by one."""


class Block(NamedTuple):
    """Joined ids in log order, times (s since 1970) and positions, side by side."""

    joined: str
    times_s: NDArray[np.float64]
    positions: Sequence[int]


class RememberedIds:
    """Remembers ids with the minutes of their events, for as long as lateness reaches.

    The log is cut at each multiple of ``size`` (a power of two). When the first record after a cut
    comes, the ids before it are packed into a segment, which the partition's table keeps. Then two
    kinds of segments are dropped: those whose newest event is more than ``lateness_s`` behind the
    newest of all, and the oldest ones if there are more than ``most`` ids. All this depends on the
    log alone, so neither a restart nor other batch sizes change it. Records since the last cut are
    read back after a restart.

    Few events need a search. RecentIds knows all ids of the last two segments' length; events
    before that are no newer than ``behind_s``, the newest event of that earlier time. Only segments
    with ids of the same minute are searched: those with many such ids are found by the minute,
    those with few (say, of late events) by the id's hash.
    """

    def __init__(self, size: int, lateness_s: float, most: int) -> None:
        self._size, self._lateness_s = size, lateness_s
        self._most_segments = most // size
        self._segments: dict[int, IdSegment] = {}  # by their ends, in order
        self._of_minute: dict[int, list[IdSegment]] = defaultdict(list)
        self._of_scattered: dict[int, IdSegment] = {}
        self._known: IdSegment | None = None  # of ids from before the log
        self._last: IdSegment | None = None
        self._newest_s, self._behind_s = -math.inf, math.inf  # as of the last cut
        self.cut = 0
        """The position at which the open segment ends."""
        self._open: list[Block] = []
        self._closed: dict[str, bytes | None] = {}
        self._gone: list[int] = []

    def load(self, entries: Mapping[str, bytes], origin: int, following: int) -> None:
        """Load the segments of a table that end at or before the position ``following``.

        Later ones belong to a batch that was not stored completely. The log begins at ``origin``.
        """
        held = [IdSegment(raw) for key, raw in entries.items() if key.startswith(f"{SEEN}|")]
        for segment in sorted(held, key=lambda each: each.end):
            if segment.end <= following:
                self._take(segment)
        if self._last is None:
            return
        if self._last.end > origin and self._last.size == self._size:
            self._behind_s = self._last.behind_s
        self._forget(self._newest_s)

    def know(self, newest_first: Sequence[str], origin: int) -> None:
        """Remember ids of the previous log, whose minutes are unknown; call after ``load``."""
        ids = newest_first[: MOST_RECORDS - 1][::-1]
        if ids:
            stretch = (max(0, origin - len(ids)), len(ids))
            places, times_s = np.arange(len(ids), dtype=np.uint16), np.zeros(len(ids))
            self._known = IdSegment.of("".join(ids), places, times_s, stretch, (math.inf, math.inf))

    def earlier(
        self, ids: Sequence[str], times_s: NDArray[np.float64], but: Collection[int]
    ) -> dict[int, int]:
        """Index -> last position, of the ids found in a segment; skips the indices ``but``."""
        if not (self._segments or self._known):
            return {}
        behind = [n for n in np.flatnonzero(times_s <= self._behind_s).tolist() if n not in but]
        if not behind:
            return {}
        wanted = hashes("".join([ids[n] for n in behind]))
        minutes = (times_s[behind] / MINUTE_S).astype(np.int64).tolist()
        search = self._singly if len(behind) <= FEW_BEHIND else self._by_segment
        return {behind[index]: position for index, position in search(wanted, minutes)}

    def _singly(self, wanted: Hashes, minutes: Sequence[int]) -> Iterator[tuple[int, int]]:
        first, second = wanted[0].tolist(), wanted[1].tolist()
        for index, (minute, *hashed) in enumerate(zip(minutes, first, second, strict=True)):
            found = [each.find_one(*hashed) for each in self._asked_for(minute, hashed[0])]
            positions = [position for position in found if position is not None]
            if positions:
                yield index, max(positions)

    def _by_segment(self, wanted: Hashes, minutes: Sequence[int]) -> Iterator[tuple[int, int]]:
        """As ``_singly``; the last of an index counts."""
        asked: dict[IdSegment, list[int]] = defaultdict(list)
        indices_of: dict[int, list[int]] = defaultdict(list)
        for index, minute in enumerate(minutes):
            indices_of[minute].append(index)
        for minute, indices in indices_of.items():
            for segment in self._of_minute.get(minute, ()):
                asked[segment] += indices
        firsts = wanted[0].tolist()
        if scattered := self._of_scattered.keys() & firsts:
            for index, first in enumerate(firsts):
                if first in scattered:
                    asked[self._of_scattered[first]].append(index)
        if self._known is not None:
            asked[self._known] += range(len(firsts))
        for segment in sorted(asked, key=attrgetter("end")):
            indices = asked[segment]
            for place, position in segment.find((wanted[0][indices], wanted[1][indices])):
                yield indices[place], position

    def add(
        self, ids: Sequence[str], times_s: NDArray[np.float64], positions: Sequence[int]
    ) -> None:
        """Remember ids before the next cut."""
        if self._last is None or positions[0] >= self._last.end:  # else read again after a restart
            # Joined here, while the ids are in the processor's cache.
            self._open.append(Block("".join(ids), times_s, positions))

    def close(self, following: int) -> None:
        """Close the open segment before the position ``following``, at or after the cut."""
        self.cut = (following // self._size + 1) * self._size
        if not self._open:
            return
        blocks, self._open = self._open, []
        base = blocks[0].positions[0] // self._size * self._size
        joined = "".join(block.joined for block in blocks)
        places = np.concatenate([_array(block.positions) - base for block in blocks])
        times_s = np.concatenate([block.times_s for block in blocks])
        newest_s = max(self._newest_s, float(times_s.max()))
        self._behind_s = self._newest_before(base, newest_s)
        stretch, until = (base, self._size), (newest_s, self._behind_s)
        segment = IdSegment.of(joined, places.astype(np.uint16), times_s, stretch, until)
        self._take(segment)
        self._closed[_key(segment.end)] = segment.packed
        self._forget(newest_s)

    def begin_log(self, origin: int) -> None:
        """Close the open segment of the previous log, and begin one at the position ``origin``."""
        self.close(origin)
        # The new log may hold the previous one's events again, at any distance.
        self._behind_s = math.inf

    def take_gone(self) -> dict[str, bytes | None]:
        """Writes that delete the segments dropped by earlier batches.

        A batch must not delete the segments that it drops itself: repeated after a crash, it would
        miss them.
        """
        gone, self._gone = self._gone, []
        return dict.fromkeys(map(_key, gone))

    @property
    def packed_to(self) -> int:
        """The position after the last segment; 0 without one."""
        return self._last.end if self._last else 0

    def take_writes(self) -> dict[str, bytes | None]:
        """The segments that were closed since the last call."""
        closed, self._closed = self._closed, {}
        return closed

    def _asked_for(self, minute: int, first: int) -> Iterator[IdSegment]:
        yield from self._of_minute.get(minute, ())
        if (segment := self._of_scattered.get(first)) is not None:
            yield segment
        if self._known is not None:
            yield self._known

    def _newest_before(self, base: int, newest_s: float) -> float:
        """Upper bound of event times before ``base``, where the segment to close begins."""
        last = self._last
        if last is None or last.end <= base >> OFFSET_BITS << OFFSET_BITS:
            return math.inf  # the first of its log
        return last.newest_s if last.end == base else newest_s

    def _take(self, segment: IdSegment) -> None:
        self._last = self._segments[segment.end] = segment
        self._newest_s = segment.newest_s
        for minute in segment.minutes.tolist():
            self._of_minute[minute].append(segment)
        self._of_scattered |= dict.fromkeys(segment.scattered.tolist(), segment)

    def _forget(self, newest_s: float) -> None:
        """Drop segments older than the lateness, and the oldest beyond the limit."""
        while self._segments:
            end, oldest = next(iter(self._segments.items()))
            is_old = oldest.newest_s + self._lateness_s < newest_s
            if not is_old and len(self._segments) <= self._most_segments:
                return
            del self._segments[end]
            self._gone.append(end)
            for minute in oldest.minutes.tolist():
                self._of_minute[minute].remove(oldest)
                if not self._of_minute[minute]:
                    del self._of_minute[minute]
            for first in oldest.scattered.tolist():
                if self._of_scattered.get(first) is oldest:
                    del self._of_scattered[first]


def _key(end: int) -> str:
    return f"{SEEN}|{end}"


def _array(positions: Sequence[int]) -> NDArray[np.int64]:
    if isinstance(positions, range):
        return np.arange(positions.start, positions.stop)
    return np.array(positions)
