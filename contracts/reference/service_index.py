"""The service index of Decision 766/QĐ-TTg: rules as versioned data, and the score of a unit.

Six groups make up 100 points. A part of a group scores its points where its rate (0-1) reaches the
threshold, and below it rate × points / threshold. What no feed can know is not measured: it has no
points, neither none nor full marks. All is pure; rates follow from counts of panes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.reference.json_file import load_json
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
    """A part of a group; ``measured`` None where no feed can know it."""

    id: Name
    title: Title
    points: Points
    measured: Measured | None = None

    def score(self, counts: Mapping[str, int]) -> float | None:
        """The points out of a unit's counts; None where they are not measured, or no data."""
        if self.measured is None:
            return None
        whole = counts.get(self.measured.denominator, 0)
        if whole <= 0:
            return None
        rate = counts.get(self.measured.numerator, 0) / whole
        return points_of(rate, self.points, self.measured.threshold)


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
        return self.valid_to or date.max

    @cached_property
    def parts(self) -> tuple[PartRule, ...]:
        """The parts of all groups."""
        return tuple(part for group in self.groups for part in group.parts)


class Band(_Frozen):
    """What a number of points is called."""

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

    def in_force(self, day: date) -> Version | None:
        """The version of that day; None where there was none."""
        found = (each for each in self.versions if each.valid_from <= day <= each.until)
        return next(found, None)

    def band(self, points: float) -> Band:
        """The band of a whole index of so many points."""
        return next(band for band in self.bands if points >= band.from_points)


@dataclass(frozen=True)
class PartScore:
    """A part and its points; None where it is not measured, or there is no data."""

    rule: PartRule
    points: float | None

    @property
    def lost(self) -> float:
        """Points short of full marks; nothing where they are not known."""
        return 0.0 if self.points is None else self.rule.points - self.points


@dataclass(frozen=True)
class Score:
    """What a unit scored in a month."""

    parts: tuple[PartScore, ...]

    @property
    def points(self) -> float:
        """The points of what is known."""
        return sum(part.points for part in self.parts if part.points is not None)

    @property
    def known(self) -> float:
        """Full marks of what is known."""
        return sum(part.rule.points for part in self.parts if part.points is not None)

    @property
    def is_whole(self) -> bool:
        """Is all of it known, so that a band may be named?"""
        return all(part.points is not None for part in self.parts)

    @property
    def costliest(self) -> PartScore | None:
        """The part that costs most points; None where nothing is lost."""
        worst = max(self.parts, key=lambda part: part.lost, default=None)
        return worst if worst is not None and worst.lost > 0 else None


def points_of(rate: float, points: float, threshold: float) -> float:
    """Full points from the threshold on, in proportion below it."""
    return min(max(rate, 0.0) / threshold, 1.0) * points


def score(version: Version, counts: Mapping[str, int]) -> Score:
    """The score that follows from the counts of a unit's panes over a month."""
    return Score(tuple(PartScore(part, part.score(counts)) for part in version.parts))


@lru_cache(maxsize=4)
def load_service_index(path: Path = SERVICE_INDEX_FILE) -> ServiceIndex:
    """Read the rules. Raises DataFileError."""
    return load_json(path, ServiceIndex)
