"""Event ids of a partition's last records, each with the offset of its last occurrence."""

from collections.abc import Sequence
from itertools import compress, count
from operator import ne


class RecentIds:
    """Remembers the event ids of a partition's last ``window`` offsets.

    Its content depends on the log alone: reading ``window`` records again restores it.
    """

    def __init__(self, window: int) -> None:
        self._window = window
        # Id -> last offset, in two generations: the older one is dropped as a whole once the newer
        # one spans the window.
        self._recent: dict[str, int] = {}
        self._older: dict[str, int] = {}
        self._turned = 0

    def preload(self, newest_first: Sequence[str]) -> None:
        """Remember ids of the previous log, as if they stood at offsets -1, -2, … in this one."""
        for distance, id_ in enumerate(newest_first[: self._window], 1):
            self._older.setdefault(id_, -distance)

    def earlier(self, ids: Sequence[str], offsets: Sequence[int]) -> dict[int, int]:
        """Remember the ids; return index -> previous offset of ids that recur within the window."""
        offsets = list(offsets)
        held = list(map(self._recent.setdefault, ids, offsets))
        found: dict[int, int] = {}
        if held != offsets or not self._older.keys().isdisjoint(ids):
            found = self._one_by_one(held, ids, offsets)
        if offsets[-1] - self._turned > self._window:
            self._recent, self._older = {}, self._recent
            self._turned = offsets[-1]
        return found

    def _one_by_one(
        self, held: Sequence[int], ids: Sequence[str], offsets: Sequence[int]
    ) -> dict[int, int]:
        """See ``earlier``; ``held`` is the remembered offset of each id, or its own if new."""
        again = list(compress(count(), map(ne, held, offsets)))
        if known := self._older.keys() & ids:
            again = sorted({*again, *(n for n, id_ in enumerate(ids) if id_ in known)})
        found: dict[int, int] = {}
        latest: dict[str, int] = {}
        for index in again:
            id_, offset = ids[index], offsets[index]
            before = self._older[id_] if held[index] == offset else held[index]
            earlier = latest.get(id_, before)
            latest[id_] = offset
            if offset - earlier <= self._window:
                found[index] = earlier
        self._recent.update(latest)
        return found
