"""The scenarios that there are. Adding a scenario adds a line here."""

from collections.abc import Callable

from contracts.errors import UnknownScenarioError
from producers.scenarios.scenario import Scenario
from producers.scenarios.seed_2023 import Seed2023

SCENARIOS: dict[str, Callable[[], Scenario]] = {"seed-2023": Seed2023}


def scenario_named(name: str) -> Scenario:
    """The scenario of that name.

    Raises:
        UnknownScenarioError: there is none; the sentence lists those that there are.
        DataFileError: the figures that it reproduces can't be read.
    """
    if name not in SCENARIOS:
        known = ", ".join(SCENARIOS)
        raise UnknownScenarioError(f"there is no scenario named {name!r}; there are: {known}")
    return SCENARIOS[name]()
