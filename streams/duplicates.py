"""Finds events that came before, within the last records of their partition."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
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
        distinct = set(ids)
        suspects = distinct & offset_of.keys()
        if len(distinct) < len(ids):
            suspects |= {id_ for id_, times in Counter(ids).items() if times > 1}
        found = self._one_by_one(suspects, ids, offsets, replays) if suspects else set()
        offset_of.update(zip(ids, offsets, strict=True))
        if len(offset_of) > 2 * self._window:
            self._forget(offsets[-1])
        return found

    def _one_by_one(
        self,
        suspects: Set[str],
        ids: Sequence[str],
        offsets: Sequence[int],
        replays: Mapping[int, int],
    ) -> set[int]:
        """The indices of duplicates; only ids in ``suspects`` came before, here or earlier."""
        found = set()
        for index, id_ in enumerate(ids):
            if id_ not in suspects:
                continue
            earlier, offset = self._offset_of.get(id_), offsets[index]
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
