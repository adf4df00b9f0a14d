"""The schools of the province, by token: data, not code."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from contracts.reference.province import Reference, by_district
from contracts.reference.units import read_rows
from contracts.settings import DATA

SCHOOLS_FILE = DATA / "schools.csv"


class School(BaseModel):
    """A school: its district, its level, and roughly how many pupils it has."""

    model_config = ConfigDict(frozen=True)

    school_id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    district: str
    level: str = Field(pattern=r"^(kindergarten|primary|lower_secondary|upper_secondary)$")
    pupils: int = Field(ge=10)


@lru_cache(maxsize=4)
def load_schools(path: Path = SCHOOLS_FILE) -> tuple[School, ...]:
    """Read the schools. Raises DataFileError."""
    return tuple(read_rows(path, School))


def schools_by_district(reference: Reference) -> Mapping[str, frozenset[str]]:
    """The ids of the schools of each district in the units file."""
    return by_district(reference, ((each.district, each.school_id) for each in load_schools()))
