"""Indices of equal values in a sequence, and selections by index."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def places_of(values: Sequence[K]) -> Mapping[K, Sequence[int]]:
    """Each distinct value with its indices, ascending."""
    if len(set(values)) == 1:
        return {values[0]: range(len(values))}
    places: dict[K, list[int]] = defaultdict(list)
    for index, value in enumerate(values):
        places[value].append(index)
    return places


def picked(values: Sequence[T], indices: Sequence[int]) -> Sequence[T]:
    """The values at these indices, which must ascend."""
    return values if len(indices) == len(values) else list(map(values.__getitem__, indices))


def without(values: Sequence[T], indices: Collection[int]) -> Sequence[T]:
    """The values except those at these indices; fastest if these are few."""
    if not indices:
        return values
    left = list(values)
    for index in sorted(indices, reverse=True):
        del left[index]
    return left
