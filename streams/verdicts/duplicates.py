"""Finds events that came before, within the last records of their partition."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress, count
from operator import ne
from types import MappingProxyType

NO_REPLAYS: Mapping[int, int] = MappingProxyType({})
KNOWN_PREFIX = "known|"
"""Begins the keys of entries with event ids from before the log began, which the broker has lost.
An event sent again after the broker's restart stands in an empty log. Whoever starts the log anew
leaves the last ids of the one before in the state, and the filter knows them."""
IDS_PER_ENTRY = 20_000


class DuplicateFilter:
    """Remembers the event ids of a partition's last ``window`` offsets.

    An event is a duplicate if its id stood at most ``window`` offsets before it, unless it stood
    last at the very offset that the event replays: what was refused there, say for lateness, is
    here all the same, or is here since its district came into the units file. This is a function of
    the log alone, so reading the log again gives the same verdicts, and after a restart the filter
    is filled by reading ``window`` records back.
    """

    def __init__(self, window: int) -> None:
        self._window = window
        # Ids by their last offset, in two generations: the older one goes as a whole, once the
        # newer one spans the window.
        self._recent: dict[str, int] = {}
        self._older: dict[str, int] = {}
        self._turned = 0

    def preload(self, newest_first: Sequence[str]) -> None:
        """Know ids from before the log: the newest stood where offset -1 would be, and so on."""
        for distance, id_ in enumerate(newest_first[: self._window], 1):
            self._older.setdefault(id_, -distance)

    def repeated(
        self, ids: Sequence[str], offsets: Sequence[int], replays: Mapping[int, int] = NO_REPLAYS
    ) -> set[int]:
        """Remember the ids; give the indices of those that are duplicates.

        ``replays`` maps the index of a replay to the offset that it replays.
        """
        offsets = list(offsets)
        held = list(map(self._recent.setdefault, ids, offsets))
        found: set[int] = set()
        if held != offsets or not self._older.keys().isdisjoint(ids):
            found = self._one_by_one(held, ids, offsets, replays)
        if offsets[-1] - self._turned > self._window:
            self._recent, self._older = {}, self._recent
            self._turned = offsets[-1]
        return found

    def _one_by_one(
        self,
        held: Sequence[int],
        ids: Sequence[str],
        offsets: Sequence[int],
        replays: Mapping[int, int],
    ) -> set[int]:
        """See ``repeated``; ``held`` is the first recent offset of each id, maybe its own."""
        again = list(compress(count(), map(ne, held, offsets)))
        if known := self._older.keys() & ids:
            again = sorted({*again, *(n for n, id_ in enumerate(ids) if id_ in known)})
        found: set[int] = set()
        latest: dict[str, int] = {}
        for index in again:
            id_, offset = ids[index], offsets[index]
            before = self._older[id_] if held[index] == offset else held[index]
            earlier = latest.get(id_, before)
            latest[id_] = offset
            if offset - earlier <= self._window and replays.get(index) != earlier:
                found.add(index)
        self._recent.update(latest)
        return found


def known_entries(newest_first: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Entries of a partition's table that hold these ids."""
    for number, first in enumerate(range(0, len(newest_first), IDS_PER_ENTRY)):
        chunk = newest_first[first : first + IDS_PER_ENTRY]
        yield f"{KNOWN_PREFIX}{number}", " ".join(chunk).encode()


def known_ids(entries: Mapping[str, bytes]) -> list[str]:
    """The ids that the entries hold, the newest first."""
    chunks = {
        int(key.removeprefix(KNOWN_PREFIX)): payload
        for key, payload in entries.items()
        if key.startswith(KNOWN_PREFIX)
    }
    return [id_ for number in sorted(chunks) for id_ in chunks[number].decode().split()]
