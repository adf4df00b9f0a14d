"""Random choice of an exact number."""

from collections.abc import Sequence
from random import Random


def choose(rng: Random, weights: Sequence[float], count: int) -> list[int]:
    """Exactly ``count`` indices of ``weights``, drawn without replacement.

    A weight (above 0) counts as in a draw one by one: the chance to be next, among those that are
    left. After Efraimidis and Spirakis (2006): who waits shortest for the first event of a Poisson
    process at the rate of its weight.

    Raises:
        ValueError: there are fewer than ``count``, or ``count`` is negative.
    """
    if not 0 <= count <= len(weights):
        raise ValueError(f"{count} can't be chosen among {len(weights)}")
    waits = [rng.expovariate(weight) for weight in weights]
    return sorted(range(len(weights)), key=waits.__getitem__)[:count]
