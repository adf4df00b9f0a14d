"""The simulators listed in ``producers/simulators.py``, by the name of their feed."""

from collections.abc import Callable
from typing import Any

from contracts.errors import UnknownFeedError
from producers import simulators
from producers.simulator import Simulator, World

_LISTED: list[Any] = [listed for listed in vars(simulators).values() if isinstance(listed, type)]

SIMULATORS: dict[str, Callable[[World], Simulator]] = {listed.name: listed for listed in _LISTED}


def simulator_of(feed: str, world: World) -> Simulator:
    """The simulator of a feed. Raises UnknownFeedError if the feed has none."""
    if feed not in SIMULATORS:
        known = ", ".join(SIMULATORS)
        raise UnknownFeedError(f"feed {feed!r} has no simulator; these have one: {known}")
    return SIMULATORS[feed](world)
