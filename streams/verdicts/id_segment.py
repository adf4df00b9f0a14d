"""The event ids of a stretch of the log, packed into 14 bytes per id."""

from bisect import bisect_right
from collections.abc import Iterator
from struct import Struct
from typing import Self

import numpy as np
from numpy.typing import NDArray

from streams.verdicts.id_hashes import Hashes, hashes

MINUTE_S = 60
FEW = 16
"""The ids of a minute with fewer ids than this are scattered: they are indexed by their hash."""
MOST_RECORDS = 2**16
"""A place within a segment takes 16 bits."""

_HEAD = Struct("<QIIIIdd")


class IdSegment:
    """The ids of ``size`` places of the log from position ``base`` on.

    It is a view of its packed bytes. ``minutes`` lists the minutes with at least FEW ids,
    ``scattered`` the first hash of every other id. ``newest_s`` is the newest event time up to the
    segment's end; for ``behind_s`` see ``RememberedIds``.
    """

    __slots__ = ("_first", "_numbers", "_places", "_second", "base", "behind_s", "minutes",
                 "newest_s", "packed", "scattered", "size")  # fmt: skip

    def __init__(self, packed: bytes) -> None:
        self.packed = packed
        self.base, self.size, ids, scattered, minutes, self.newest_s, self.behind_s = (
            _HEAD.unpack_from(packed)
        )
        at = _HEAD.size
        self._first = np.frombuffer(packed, np.uint64, ids, at)
        self._numbers = self._first.data  # the same bytes; an item costs a tenth of numpy's
        self.scattered = np.frombuffer(packed, np.uint64, scattered, at := at + 8 * ids)
        self._second = np.frombuffer(packed, np.uint32, ids, at := at + 8 * scattered)
        self.minutes = np.frombuffer(packed, np.uint32, minutes, at := at + 4 * ids)
        self._places = np.frombuffer(packed, np.uint16, ids, at + 4 * minutes)

    @classmethod
    def of(
        cls,
        joined: str,
        places: NDArray[np.uint16],
        times_s: NDArray[np.float64],
        stretch: tuple[int, int],
        until: tuple[float, float],
    ) -> Self:
        """Pack joined ids in log order.

        ``stretch`` is (base, size), ``until`` is (newest_s, behind_s). ``find`` gives the last
        place of an id that occurs more than once.
        """
        first, second = hashes(joined)
        order = np.argsort(first)
        in_order = first[order]
        if (in_order[1:] == in_order[:-1]).any():
            order = np.argsort(first, kind="stable")  # five times slower
        minutes = (times_s / MINUTE_S).astype(np.uint32)
        held, counts = np.unique(minutes, return_counts=True)
        many, few = held[counts >= FEW], held[counts < FEW]
        scattered = first[np.isin(minutes, few)] if len(few) else first[:0]
        head = _HEAD.pack(*stretch, len(first), len(scattered), len(many), *until)
        arrays = (in_order, scattered, second[order], many, places[order])
        return cls(head + b"".join(array.tobytes() for array in arrays))

    @property
    def end(self) -> int:
        """The position after the last place."""
        return int(self.base + self.size)

    def find(self, wanted: Hashes) -> Iterator[tuple[int, int]]:
        """Index and last position of each wanted id that the segment holds."""
        first, second = wanted
        at = self._first.searchsorted(first, "right") - 1
        # An index of -1 selects the last hash; the comparison settles whether it matches.
        same = (self._first[at] == first) & (self._second[at] == second)
        for index in np.flatnonzero(same).tolist():
            yield index, self.base + int(self._places[at[index]])

    def find_one(self, first: int, second: int) -> int | None:
        """The last position of the id with these hashes; much faster than ``find`` for one."""
        held = self._numbers
        at = bisect_right(held, first) - 1
        if at < 0 or held[at] != first or self._second[at] != second:
            return None
        position: int = self.base + int(self._places[at])
        return position
