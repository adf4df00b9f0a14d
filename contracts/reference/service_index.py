"""The service index of Decision 766/QĐ-TTg: its rules as versioned data.

Six groups make up 100 points. A part of a group scores its points if its rate (0-1) reaches the
threshold, and below it rate × points / threshold. A part that no feed can measure has no score,
neither 0 nor full points. Rates derive from counts of panes; the dashboard's SQL computes scores.
"""

from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.reference.json_file import load_json
from contracts.reference.units import OPEN_END
from contracts.settings import DATA

SERVICE_INDEX_FILE = DATA / "service-index.json"
WHOLE = 100

Points = Annotated[float, Field(gt=0, le=WHOLE)]
Name = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
Title = Annotated[str, Field(min_length=1, max_length=80)]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Measured(_Frozen):
    """The parts of panes that a rate is made of, and the rate that gives full points."""

    numerator: Name
    denominator: Name
    threshold: Annotated[float, Field(gt=0, le=1)]


class PartRule(_Frozen):
    """A part of a group; ``measured`` is None if no feed can measure it."""

    id: Name
    title: Title
    points: Points
    measured: Measured | None = None


class GroupRule(_Frozen):
    """A group of the Decision."""

    id: Name
    title: Title
    points: Points
    parts: tuple[PartRule, ...]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if sum(part.points for part in self.parts) != self.points:
            raise ValueError(f"the parts of {self.id} do not add up to its points")
        return self


class Version(_Frozen):
    """The rules in force from ``valid_from`` to ``valid_to`` (inclusive; None: until further)."""

    name: str
    valid_from: date
    valid_to: date | None
    groups: tuple[GroupRule, ...]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if sum(group.points for group in self.groups) != WHOLE:
            raise ValueError(f"the groups of version {self.name} do not add up to {WHOLE}")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"version {self.name} ends before it begins")
        return self

    @property
    def until(self) -> date:
        """Its last day."""
        return self.valid_to or OPEN_END

    @cached_property
    def parts(self) -> tuple[PartRule, ...]:
        """The parts of all groups."""
        return tuple(part for group in self.groups for part in group.parts)


class Band(_Frozen):
    """The name of a range of points."""

    id: Name
    title: Title
    from_points: Annotated[float, Field(ge=0, le=WHOLE)]


class ServiceIndex(_Frozen):
    """The rules in all their versions. ``feed`` is the one whose panes hold the counts."""

    decision: str
    feed: str
    note: str
    bands: tuple[Band, ...]
    versions: tuple[Version, ...]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for earlier, later in pairwise(self.versions):
            if earlier.until >= later.valid_from:
                raise ValueError(f"versions {earlier.name} and {later.name} overlap")
        floors = [band.from_points for band in self.bands]
        if not floors or floors[-1] != 0 or floors != sorted(floors, reverse=True):
            raise ValueError("bands have to fall from the best to one that begins at 0")
        return self


@lru_cache(maxsize=4)
def load_service_index(path: Path = SERVICE_INDEX_FILE) -> ServiceIndex:
    """Read the rules. Raises DataFileError."""
    return load_json(path, ServiceIndex)
