"""The simulators that there are. Adding a simulated feed adds a line here."""

from collections.abc import Callable

from contracts.errors import UnknownFeedError
from producers.dossier import DossierSimulator
from producers.eoffice import EofficeSimulator
from producers.press import PressSimulator
from producers.simulator import Simulator, World
from producers.traffic import TrafficSimulator

SIMULATORS: dict[str, Callable[[World], Simulator]] = {
    "eoffice": EofficeSimulator,
    "dossier": DossierSimulator,
    "traffic": TrafficSimulator,
    "press": PressSimulator,
}


def simulator_of(feed: str, world: World) -> Simulator:
    """The simulator of a feed. Raises UnknownFeedError where the feed has none."""
    if feed not in SIMULATORS:
        known = ", ".join(SIMULATORS)
        raise UnknownFeedError(f"feed {feed!r} has no simulator; these have one: {known}")
    return SIMULATORS[feed](world)
