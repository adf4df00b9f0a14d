"""Positions of records, worked out where they are asked for: most keepers ask for none."""

from collections.abc import Iterator, Sequence
from typing import overload

from contracts.messages import position


class Positions(Sequence[int]):
    """The positions of offsets in a generation of the log."""

    def __init__(self, generation: int, offsets: Sequence[int]) -> None:
        self._origin = position(generation, 0)
        self._offsets = offsets

    def __len__(self) -> int:
        return len(self._offsets)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        return (
            list(self)[index] if isinstance(index, slice) else self._origin + self._offsets[index]
        )

    def __iter__(self) -> Iterator[int]:
        return map(self._origin.__add__, self._offsets)
