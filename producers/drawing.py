"""Seeded draws. A generator is seeded by text, so that every process draws the same."""

import math
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Choice = TypeVar("Choice")
LARGE_MEAN = 30

LATE_SHARE, SLOW_SHARE = 0.003, 0.03
PROMPT_MS, SLOW_MS, LATE_MS = (20, 400), (1_000, 4_000), (10_000, 1_200_000)
"""Delay from occurrence to publication: usually, now and then, and rarely."""


def generator(*parts: object) -> Random:
    """A generator seeded by the text of ``parts``, independent of the process's hash seed."""
    return Random("|".join(map(str, parts)))


def poisson(rng: Random, mean: float) -> int:
    """A random number of events with that mean; above 30 by the normal approximation."""
    if mean > LARGE_MEAN:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def delay_ms(rng: Random) -> int:
    """Milliseconds from an event's occurrence until it is published."""
    draw = rng.random()
    if draw < LATE_SHARE:
        low, high = LATE_MS
    elif draw < LATE_SHARE + SLOW_SHARE:
        low, high = SLOW_MS
    else:
        low, high = PROMPT_MS
    return low + int(rng.random() * (high - low))


@dataclass(frozen=True)
class Weighted(Generic[Choice]):
    """A choice among values; the weights need not add up to 1."""

    values: tuple[Choice, ...]
    steps: tuple[float, ...]

    @classmethod
    def of(cls, weights: Mapping[Choice, float]) -> "Weighted[Choice]":
        """From value -> weight."""
        return cls(tuple(weights), tuple(accumulate(weights.values())))

    def draw(self, rng: Random) -> Choice:
        """One of the values."""
        steps = self.steps
        return self.values[bisect(steps, rng.random() * steps[-1], 0, len(steps) - 1)]
