"""Growing pauses between attempts, with jitter to keep routes from retrying all at once."""

import random
from collections.abc import Iterator

FIRST_S = 0.2


def pauses(longest_s: float, source: random.Random) -> Iterator[float]:
    """Seconds to wait after the first, second, … failed attempt: doubling, up to ``longest_s``."""
    limit = FIRST_S
    while True:
        yield min(limit, longest_s) * source.uniform(0.5, 1.0)
        limit = min(limit * 2, longest_s)
