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
        latest = dict(zip(ids, offsets, strict=True))
        found: set[int] = set()
        if len(latest) < len(ids) or not offset_of.keys().isdisjoint(latest):
            found = self._one_by_one(self._suspects(ids, latest), ids, offsets, replays)
        offset_of.update(latest)
        if len(offset_of) > 2 * self._window:
            self._forget(offsets[-1])
        return found

    def _suspects(self, ids: Sequence[str], distinct: Mapping[str, int]) -> Set[str]:
        """The ids that came before, here or earlier."""
        suspects = self._offset_of.keys() & distinct
        if len(distinct) < len(ids):
            suspects |= {id_ for id_, times in Counter(ids).items() if times > 1}
        return suspects

    def _one_by_one(
        self,
        suspects: Set[str],
        ids: Sequence[str],
        offsets: Sequence[int],
        replays: Mapping[int, int],
    ) -> set[int]:
        """The indices of duplicates, whose ids are all in ``suspects``."""
        found = set()
        for index in [n for n, id_ in enumerate(ids) if id_ in suspects]:
            id_, offset = ids[index], offsets[index]
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
