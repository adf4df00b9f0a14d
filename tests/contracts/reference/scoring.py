"""Scores a month by the rules of the service index, apart from the SQL that the screens use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from contracts.reference.service_index import Band, PartRule, ServiceIndex, Version


@dataclass(frozen=True)
class PartScore:
    """A part and its points; None if it is not measured or there is no data."""

    rule: PartRule
    points: float | None

    @property
    def lost(self) -> float:
        """Points short of full marks; 0 if the points are unknown."""
        return 0.0 if self.points is None else self.rule.points - self.points


@dataclass(frozen=True)
class Score:
    """The score of a unit in a month."""

    parts: tuple[PartScore, ...]

    @property
    def points(self) -> float:
        """The sum of the known points."""
        return sum(part.points for part in self.parts if part.points is not None)

    @property
    def known(self) -> float:
        """Full marks of the known parts."""
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
    return Score(tuple(PartScore(part, part_score(part, counts)) for part in version.parts))


def part_score(part: PartRule, counts: Mapping[str, int]) -> float | None:
    """The points out of a unit's counts; None if they are not measured, or there is no data."""
    if part.measured is None:
        return None
    whole = counts.get(part.measured.denominator, 0)
    if whole <= 0:
        return None
    rate = counts.get(part.measured.numerator, 0) / whole
    return points_of(rate, part.points, part.measured.threshold)


def in_force(index: ServiceIndex, day: date) -> Version | None:
    """The version of that day; None if there was none."""
    return next((each for each in index.versions if each.valid_from <= day <= each.until), None)


def band(index: ServiceIndex, points: float) -> Band:
    """The band of a whole index with these points."""
    return next(band for band in index.bands if points >= band.from_points)
