"""Finds events that came before, within the last records of their partition."""

from collections.abc import Sequence


class DuplicateFilter:
    """Remembers the event ids of a partition's last ``window`` offsets.

    An event is a duplicate if its id stood at most ``window`` offsets before it. This is a
    function of the log alone, so reading the log again gives the same verdicts, and after a
    restart the filter is filled by reading ``window`` records back.
    """

    def __init__(self, window: int) -> None:
        self._window = window
        self._offset_of: dict[str, int] = {}

    def repeated(self, ids: Sequence[str], offsets: Sequence[int]) -> set[int]:
        """Remember the ids; give the indices of those that are duplicates."""
        offset_of = self._offset_of
        if offset_of.keys().isdisjoint(ids) and len(set(ids)) == len(ids):
            offset_of.update(zip(ids, offsets, strict=True))
            found: set[int] = set()
        else:
            found = self._one_by_one(ids, offsets)
        if len(offset_of) > 2 * self._window:
            self._forget(offsets[-1])
        return found

    def _one_by_one(self, ids: Sequence[str], offsets: Sequence[int]) -> set[int]:
        found = set()
        for index, (id_, offset) in enumerate(zip(ids, offsets, strict=True)):
            earlier = self._offset_of.get(id_)
            if earlier is not None and offset - earlier <= self._window:
                found.add(index)
            self._offset_of[id_] = offset
        return found

    def _forget(self, newest: int) -> None:
        oldest = newest - self._window
        self._offset_of = {
            id_: offset for id_, offset in self._offset_of.items() if offset >= oldest
        }
