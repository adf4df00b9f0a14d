"""The event ids of a stretch of the log, packed into 14 bytes each."""

from binascii import unhexlify
from collections.abc import Iterator
from struct import Struct
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

MINUTE_S = 60
FEW = 16
"""A minute with fewer ids than this is none in which a segment is looked through."""
MOST_RECORDS = 2**16
"""A place within a segment is 16 bits."""

_HEAD = Struct("<QIIIIdd")
_HALF = np.uint64(32)
_ODD = np.uint64(0x9E3779B97F4A7C15)

Hashes: TypeAlias = tuple[NDArray[np.uint64], NDArray[np.uint32]]


def hashes(joined: str) -> Hashes:
    """96 bits of each of the joined UUIDs, into which all 128 are mixed, whatever they are made of.

    An id is compared with those of its minute alone. Were all of 5,000 events a second compared,
    with 30,000 ids each, two would be taken for one once in 10^13 days.
    """
    digits = joined.encode().translate(None, b"-")
    halves = np.frombuffer(unhexlify(digits), ">u8").astype(np.uint64).reshape(-1, 2)
    left, right = halves[:, 0].copy(), halves[:, 1].copy()
    # A Feistel network, which takes no two ids for one: only the cut at the end can.
    right ^= _spread(left)
    left ^= _spread(right)
    right ^= _spread(left)
    return left, (right >> _HALF).astype(np.uint32)


def _spread(half: NDArray[np.uint64]) -> NDArray[np.uint64]:
    product = half * _ODD
    return product ^ (product >> _HALF)


class IdSegment:
    """Ids that stood in ``size`` places of the log from position ``base`` on.

    It is a view of its packed bytes. ``minutes`` are those of which it has more than a few ids, the
    others are ``scattered``, and told by the first of their hashes. ``newest_s`` is the newest time
    of an event up to its end; for ``behind_s`` see ``RememberedIds``.
    """

    __slots__ = ("_first", "_places", "_second", "base", "behind_s", "minutes", "newest_s",
                 "packed", "scattered", "size")  # fmt: skip

    def __init__(self, packed: bytes) -> None:
        self.packed = packed
        self.base, self.size, ids, scattered, minutes, self.newest_s, self.behind_s = (
            _HEAD.unpack_from(packed)
        )
        at = _HEAD.size
        self._first = np.frombuffer(packed, np.uint64, ids, at)
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
        """Pack joined ids in the order of the log; base and size, newest and behind are given.

        Of an id that occurs more than once, the last place is the one that is found.
        """
        first, second = hashes(joined)
        order = np.argsort(first)
        in_order = first[order]
        if (in_order[1:] == in_order[:-1]).any():
            order = np.argsort(first, kind="stable")  # five times slower
        minutes = (times_s // MINUTE_S).astype(np.uint32)
        held, counts = np.unique(minutes, return_counts=True)
        many = held[counts >= FEW]
        scattered = first[~np.isin(minutes, many)]
        head = _HEAD.pack(*stretch, len(first), len(scattered), len(many), *until)
        arrays = (in_order, scattered, second[order], many, places[order])
        return cls(head + b"".join(array.tobytes() for array in arrays))

    @property
    def end(self) -> int:
        """The position behind its last place."""
        return int(self.base + self.size)

    def find(self, wanted: Hashes) -> Iterator[tuple[int, int]]:
        """Index and last position of those of the wanted ids that stood here."""
        first, second = wanted
        at = np.searchsorted(self._first, first, side="right") - 1
        # -1, before the first, is the last: that is another, or what was looked for.
        same = (self._first[at] == first) & (self._second[at] == second)
        for index in np.flatnonzero(same).tolist():
            yield index, self.base + int(self._places[at[index]])
