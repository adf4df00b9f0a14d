"""The health stations of communes and the province's hospitals: data, not code."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from contracts.reference.province import Reference, by_district
from contracts.reference.units import read_rows
from contracts.settings import DATA

HEALTH_UNITS_FILE = DATA / "health-units.csv"


class HealthUnit(BaseModel):
    """A health unit and its district."""

    model_config = ConfigDict(frozen=True)

    unit_id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    district: str
    kind: str = Field(pattern=r"^(station|hospital)$")


@lru_cache(maxsize=4)
def load_health_units(path: Path = HEALTH_UNITS_FILE) -> tuple[HealthUnit, ...]:
    """Read the health units. Raises DataFileError."""
    return tuple(read_rows(path, HealthUnit))


def health_units_by_district(reference: Reference) -> Mapping[str, frozenset[str]]:
    """The ids of the health units of each district in the units file."""
    return by_district(reference, ((each.district, each.unit_id) for each in load_health_units()))


def population_by_district(reference: Reference) -> Mapping[str, int]:
    """The population of each district."""
    return {unit.code: unit.population for unit in reference.units.districts}
