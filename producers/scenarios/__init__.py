"""The scenarios of the project. A new one gets a line here."""

from contracts.errors import UnknownScenarioError
from producers.scenarios.seed_2023 import Seed2023

SCENARIOS = {"seed-2023": Seed2023}


def scenario_named(name: str) -> Seed2023:
    """The scenario of that name.

    Raises:
        UnknownScenarioError: there is none; the sentence lists the existing ones.
        DataFileError: the figures that it reproduces can't be read.
    """
    if name not in SCENARIOS:
        known = ", ".join(SCENARIOS)
        raise UnknownScenarioError(f"there is no scenario named {name!r}; there are: {known}")
    return SCENARIOS[name]()
