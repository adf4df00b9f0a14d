"""Finds events that came before, within the last records of their partition."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

NO_REPLAYS: Mapping[int, int] = MappingProxyType({})


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
        self._offset_of: dict[str, int] = {}

    def preload(self, newest_first: Sequence[str]) -> None:
        """Know ids from before the log: the newest stood where offset -1 would be, and so on."""
        for distance, id_ in enumerate(newest_first[: self._window], 1):
            self._offset_of.setdefault(id_, -distance)

    def repeated(
        self, ids: Sequence[str], offsets: Sequence[int], replays: Mapping[int, int] = NO_REPLAYS
    ) -> set[int]:
        """Remember the ids; give the indices of those that are duplicates.

        ``replays`` maps the index of a replay to the offset that it replays.
        """
        offset_of = self._offset_of
        if offset_of.keys().isdisjoint(ids) and len(set(ids)) == len(ids):
            offset_of.update(zip(ids, offsets, strict=True))
            found: set[int] = set()
        else:
            found = self._one_by_one(ids, offsets, replays)
        if len(offset_of) > 2 * self._window:
            self._forget(offsets[-1])
        return found

    def _one_by_one(
        self, ids: Sequence[str], offsets: Sequence[int], replays: Mapping[int, int]
    ) -> set[int]:
        found = set()
        for index, (id_, offset) in enumerate(zip(ids, offsets, strict=True)):
            earlier = self._offset_of.get(id_)
            is_near = earlier is not None and offset - earlier <= self._window
            if is_near and replays.get(index) != earlier:
                found.add(index)
            self._offset_of[id_] = offset
        return found

    def _forget(self, newest: int) -> None:
        oldest = newest - self._window
        self._offset_of = {
            id_: offset for id_, offset in self._offset_of.items() if offset >= oldest
        }
