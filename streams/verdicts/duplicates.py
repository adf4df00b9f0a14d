"""Finds repeated events within the hours of lateness."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from contracts.settings import Settings
from streams.verdicts.recent_ids import RecentIds
from streams.verdicts.remembered_ids import SEGMENT_RECORDS, RememberedIds

NO_REPLAYS: Mapping[int, int] = MappingProxyType({})
KNOWN_PREFIX = "known|"
"""Prefix of the entries that hold event ids of the previous log, which the broker has lost. An
event that is sent again after the broker's restart stands in an empty log. A roll-over therefore
keeps the last ids of the previous log in the state, and the filter knows them."""
IDS_PER_ENTRY = 20_000


class DuplicateFilter:
    """Remembers the event ids of a partition while repeats of them are to be expected.

    An event is a duplicate if its id occurred at most ``window`` offsets earlier, or farther back
    with the same time (see RememberedIds). A replay is not a duplicate of the refused event at the
    very offset that it replays. The filter may know that event: it remembers quarantined ones, and
    a refill remembers those whose district has joined the units file since. Verdicts depend on the
    log alone, so reading the log again gives the same ones. After a restart, the filter is filled
    from the partition's table and by reading ``window`` records back.

    ``origin`` is the position of offset 0 in this generation of the log.
    """

    def __init__(self, settings: Settings, origin: int = 0) -> None:
        window = settings.duplicate_window
        self._origin = origin
        self._recent = RecentIds(window)
        size = min(SEGMENT_RECORDS, 1 << (window // 2).bit_length() - 1)
        self._remembered = RememberedIds(size, settings.lateness_h * 3600, settings.duplicate_ids)
        self.take_gone = self._remembered.take_gone
        self.take_writes = self._remembered.take_writes

    def load(self, entries: Mapping[str, bytes], following: int) -> None:
        """Load the table entries of ids before the position ``following``."""
        known = known_ids(entries)
        self._recent.preload(known)
        self._remembered.load(entries, self._origin, following)
        self._remembered.know(known, self._origin)

    @property
    def packed_to(self) -> int:
        """The position from which on ids are not in the table, but in the log alone."""
        return self._remembered.packed_to

    def carry_over(
        self, ids: Sequence[str], times_s: Sequence[float], positions: Sequence[int]
    ) -> None:
        """Remember the last ids of the previous generation, from ``packed_to`` on; after ``load``.

        The next writes hold them, so a restart needs them no more.
        """
        self.remember(ids, times_s, positions)
        self._remembered.begin_log(self._origin)

    def repeated(
        self,
        ids: Sequence[str],
        times_s: Sequence[float],
        offsets: Sequence[int],
        replays: Mapping[int, int] = NO_REPLAYS,
    ) -> set[int]:
        """Remember the ids; return the indices of duplicates.

        ``replays`` maps the index of a replay to the offset that it replays.
        """
        times = np.frombuffer(array("d", times_s))
        found: set[int] = set()
        done = 0
        while self._origin + offsets[-1] >= (cut := self._remembered.cut):
            first = bisect_left(offsets, cut - self._origin, done)
            found |= self._of_part(ids, times, offsets, replays, slice(done, first))
            self._remembered.close(self._origin + offsets[first])
            done = first
        return found | self._of_part(ids, times, offsets, replays, slice(done, len(offsets)))

    def remember(
        self, ids: Sequence[str], times_s: Sequence[float], positions: Sequence[int]
    ) -> None:
        """Remember ids of archived events, in log order, from any generation; for a rebuild."""
        done = 0
        while done < len(ids):
            if positions[done] >= self._remembered.cut:
                self._remembered.close(positions[done])
            end = bisect_left(positions, self._remembered.cut, done)
            times = np.frombuffer(array("d", times_s[done:end]))
            self._remembered.add(ids[done:end], times, positions[done:end])
            done = end

    def _of_part(
        self,
        ids: Sequence[str],
        times_s: NDArray[np.float64],
        offsets: Sequence[int],
        replays: Mapping[int, int],
        part: slice,
    ) -> set[int]:
        """As ``repeated``, for a part that ends before the next cut."""
        if part.start == part.stop:
            return set()
        if part.stop - part.start < len(ids):
            ids, times_s, offsets = ids[part], times_s[part], offsets[part]
        earlier = self._recent.earlier(ids, offsets)
        for n, position in self._remembered.earlier(ids, times_s, earlier).items():
            earlier[n] = position - self._origin
        self._remembered.add(ids, times_s, self._positions(offsets))
        first = part.start
        return {first + n for n, at in earlier.items() if replays.get(first + n) != at}

    def _positions(self, offsets: Sequence[int]) -> Sequence[int]:
        if isinstance(offsets, range):
            return range(self._origin + offsets[0], self._origin + offsets[-1] + 1)
        return [self._origin + offset for offset in offsets]


def known_entries(newest_first: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """The table entries that hold these ids."""
    for number, first in enumerate(range(0, len(newest_first), IDS_PER_ENTRY)):
        chunk = newest_first[first : first + IDS_PER_ENTRY]
        yield f"{KNOWN_PREFIX}{number}", " ".join(chunk).encode()


def known_ids(entries: Mapping[str, bytes]) -> list[str]:
    """The ids that the entries hold, newest first."""
    chunks = {
        int(key.removeprefix(KNOWN_PREFIX)): payload
        for key, payload in entries.items()
        if key.startswith(KNOWN_PREFIX)
    }
    return [id_ for number in sorted(chunks) for id_ in chunks[number].decode().split()]
