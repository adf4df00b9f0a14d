"""Reporters and subjects of reports, by the token that events name: data, not code.

Systems have tokens, never names of hosts or addresses. The level (1-5) of a monitored system is
that of Decree 85/2016/NĐ-CP on the security of information systems by level.
"""

from pydantic import BaseModel, ConfigDict, Field


class Camera(BaseModel):
    """A traffic camera: where it stands and what speed (km/h) is allowed there."""

    model_config = ConfigDict(frozen=True)

    camera_id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    district: str
    road: str = Field(min_length=1, max_length=64)
    setting: str = Field(pattern=r"^(main|town|local)$")
    limit_kmh: int = Field(ge=20, le=120)
    lat: float
    lon: float


class School(BaseModel):
    """A school: where it stands, of what level, and about how many pupils it has."""

    model_config = ConfigDict(frozen=True)

    school_id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    district: str
    level: str = Field(pattern=r"^(kindergarten|primary|lower_secondary|upper_secondary)$")
    pupils: int = Field(ge=10)


class HealthUnit(BaseModel):
    """A health station or a hospital, and where it stands."""

    model_config = ConfigDict(frozen=True)

    unit_id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    district: str
    kind: str = Field(pattern=r"^(station|hospital)$")


class Site(BaseModel):
    """A site that visitors go to.

    ``weight`` compares its visitors with those of other sites; ``foreign_share`` (0-1) is that of
    visitors from abroad, before it is scaled to the province's.
    """

    model_config = ConfigDict(frozen=True)

    site_id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    district: str
    weight: float = Field(gt=0)
    foreign_share: float = Field(ge=0, le=1)


class MonitoredSystem(BaseModel):
    """A system under watch: where it stands, who runs it, its level (1-5)."""

    model_config = ConfigDict(frozen=True)

    system_id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    district: str
    operator: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    level: int = Field(ge=1, le=5)


class PlatformSystem(BaseModel):
    """A system on a platform (LGSP, NDXP), and whether its connection is more than a trial."""

    model_config = ConfigDict(frozen=True)

    system: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    platform: str = Field(pattern=r"^(lgsp|ndxp)$")
    name_vi: str = Field(min_length=1, max_length=120)
    connection: str = Field(pattern=r"^(connected|trial)$")
