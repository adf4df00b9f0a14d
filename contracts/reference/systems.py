"""Information systems: those under watch, and those on the province's platforms. Data, not code.

Monitored systems are known by tokens, never by host names or addresses. The level (1-5) follows
Decree 85/2016/NĐ-CP on the security of information systems by level.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from contracts.reference.province import Reference, by_district
from contracts.reference.units import read_rows
from contracts.settings import DATA

PLATFORM_FILE = DATA / "platform-systems.csv"
MONITORED_FILE = DATA / "monitored-systems.csv"


class MonitoredSystem(BaseModel):
    """A monitored system: its district, its operator, its level (1-5)."""

    model_config = ConfigDict(frozen=True)

    system_id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    district: str
    operator: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    level: int = Field(ge=1, le=5)


@lru_cache(maxsize=4)
def load_monitored(path: Path = MONITORED_FILE) -> tuple[MonitoredSystem, ...]:
    """Read the monitored systems. Raises DataFileError."""
    return tuple(read_rows(path, MonitoredSystem))


def monitored_by_district(reference: Reference) -> Mapping[str, frozenset[str]]:
    """The ids of the monitored systems of each district in the units file."""
    return by_district(reference, ((each.district, each.system_id) for each in load_monitored()))


class PlatformSystem(BaseModel):
    """A system on a platform (LGSP, NDXP), connected for production or as a trial."""

    model_config = ConfigDict(frozen=True)

    system: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    platform: str = Field(pattern=r"^(lgsp|ndxp)$")
    name_vi: str = Field(min_length=1, max_length=120)
    connection: str = Field(pattern=r"^(connected|trial)$")


@lru_cache(maxsize=4)
def load_platform(path: Path = PLATFORM_FILE) -> tuple[PlatformSystem, ...]:
    """Read the systems on the platforms. Raises DataFileError."""
    return tuple(read_rows(path, PlatformSystem))


def platform_systems(reference: Reference) -> Mapping[str, frozenset[str]]:
    """All systems on the platforms, which the province runs at its seat."""
    return {reference.units.seat.code: frozenset(each.system for each in load_platform())}


def connected_systems(reference: Reference) -> Mapping[str, frozenset[str]]:
    """The systems whose connection is in production."""
    connected = (each.system for each in load_platform() if each.connection == "connected")
    return {reference.units.seat.code: frozenset(connected)}
