"""Formulas: how merged parts become an indicator's figure."""

import math
import statistics
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.indicators.parts import Part

HOUR_S = 3600
DAY_H = 24

_NAMES_OF_PARTS = ("part", "numerator", "denominator", "whole")
"""Fields of formulas that name a part."""


@dataclass(frozen=True)
class Figure:
    """A value with its ingredients. ``value`` None means that there is no data."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None


NO_DATA = Figure(None)


@dataclass(frozen=True)
class Span:
    """The event time (seconds since 1970) that a figure covers."""

    start_s: float
    as_of_s: float


def number(parts: Mapping[str, Part], name: str) -> int:
    """The count of that name; 0 if the part is absent."""
    part = parts.get(name, 0)
    if not isinstance(part, int):
        raise TypeError(f"part {name} is not a count")
    return part


def histogram(parts: Mapping[str, Part], name: str) -> dict[int, int]:
    """The histogram of that name; empty if the part is absent."""
    part = parts.get(name, {})
    if not isinstance(part, dict):
        raise TypeError(f"part {name} is not a histogram")
    return part


def _scaled(count: int, scale: float) -> float:
    """A count stays whole if there is nothing to scale."""
    return count if scale == 1 else count / scale


class Formula(ABC):
    """A pure function from merged parts to a figure."""

    @abstractmethod
    def figure(self, parts: Mapping[str, Part], span: Span) -> Figure:
        """The figure of ``parts``, which were merged over ``span``."""

    @property
    def reads(self) -> frozenset[str]:
        """Names of the parts that it reads."""
        named = (getattr(self, field, "") for field in _NAMES_OF_PARTS)
        return frozenset(named) - {""}


@dataclass(frozen=True)
class CountOf(Formula):
    """A count, or sum / scale; without any event a true 0."""

    part: str
    scale: float = 1.0

    def figure(self, parts: Mapping[str, Part], span: Span) -> Figure:  # noqa: ARG002
        """The count."""
        count = _scaled(number(parts, self.part), self.scale)
        return Figure(count, count)


@dataclass(frozen=True)
class GaugeOf(Formula):
    """The count of a gauge, or sum / scale; no data before its first event."""

    part: str
    scale: float = 1.0

    def figure(self, parts: Mapping[str, Part], span: Span) -> Figure:  # noqa: ARG002
        """The count."""
        if self.part not in parts:
            return NO_DATA
        count = _scaled(number(parts, self.part), self.scale)
        return Figure(count, count)


@dataclass(frozen=True)
class RateOf(Formula):
    """Events an hour over the span."""

    part: str

    def figure(self, parts: Mapping[str, Part], span: Span) -> Figure:
        """Count, divided by the hours of ``span``."""
        hours = (span.as_of_s - span.start_s) / HOUR_S
        if hours <= 0:
            return NO_DATA
        count = number(parts, self.part)
        return Figure(count / hours, count, hours)


@dataclass(frozen=True)
class RatioOf(Formula):
    """A share (0-1) or a mean: numerator / (denominator × scale)."""

    numerator: str
    denominator: str
    scale: float = 1.0

    def figure(self, parts: Mapping[str, Part], span: Span) -> Figure:  # noqa: ARG002
        """The quotient; no data if the denominator is 0 or, after retractions, negative."""
        denominator = number(parts, self.denominator)
        if denominator <= 0:
            return NO_DATA
        numerator = number(parts, self.numerator) / self.scale
        return Figure(numerator / denominator, numerator, denominator)


@dataclass(frozen=True)
class QuantileOf(Formula):
    """The q-quantile of a histogram with bins [b × width, (b + 1) × width), linear within a bin."""

    part: str
    q: float
    width: float

    def figure(self, parts: Mapping[str, Part], span: Span) -> Figure:  # noqa: ARG002
        """The quantile; denominator is the number of values."""
        bins = histogram(parts, self.part)
        total = sum(bins.values())
        if total <= 0:
            return NO_DATA
        rank, below = self.q * total, 0
        for bin_ in sorted(bins):
            if below + bins[bin_] >= rank:
                inside = (rank - below) / bins[bin_] if bins[bin_] else 0.0
                return Figure((bin_ + inside) * self.width, None, total)
            below += bins[bin_]
        raise AssertionError("a rank of at most the total lies in some bin")


@dataclass(frozen=True)
class DistinctOf(Formula):
    """Number of distinct values."""

    part: str

    def figure(self, parts: Mapping[str, Part], span: Span) -> Figure:  # noqa: ARG002
        """The size of the set; an empty one is a true 0."""
        members = parts.get(self.part, frozenset())
        if not isinstance(members, frozenset):
            raise TypeError(f"part {self.part} is not a set")
        return Figure(len(members), len(members))


@dataclass(frozen=True)
class SpikeOf(Formula):
    """Robust z of this clock hour's count against the same hour on earlier days.

    z = (count - median) / max(1.4826 × MAD, 1), after Iglewicz and Hoaglin's modified z-score with
    a floor of one event. No data until ``min_days`` earlier days are known. Below ``min_count``
    events the figure is at most 0, since a handful of events is no spike.
    """

    part: str
    min_count: int
    min_days: int
    max_days: int

    def figure(self, parts: Mapping[str, Part], span: Span) -> Figure:
        """The z-score; numerator is this hour's count, denominator the earlier days' median."""
        hours = histogram(parts, self.part)
        hour = math.floor(span.as_of_s / HOUR_S)
        first = min(hours, default=hour)
        days = [hour - day * DAY_H for day in range(1, self.max_days + 1)]
        earlier = [hours.get(then, 0) for then in days if then >= first]
        if len(earlier) < self.min_days:
            return NO_DATA
        median = statistics.median(earlier)
        deviation = statistics.median(abs(count - median) for count in earlier)
        count = hours.get(hour, 0)
        z = (count - median) / max(1.4826 * deviation, 1.0)
        return Figure(z if count >= self.min_count else min(z, 0.0), count, median)


@dataclass(frozen=True)
class NewestShareOf(Formula):
    """In a histogram by day, the newest day's count / the expected number (a share, 0-1)."""

    part: str
    whole: str

    def figure(self, parts: Mapping[str, Part], span: Span) -> Figure:  # noqa: ARG002
        """The share; no data if no day is known or nothing is expected."""
        days, whole = histogram(parts, self.part), number(parts, self.whole)
        if not days or whole <= 0:
            return NO_DATA
        count = days[max(days)]
        return Figure(count / whole, count, whole)


@dataclass(frozen=True)
class LargestOf(Formula):
    """The largest bin of a histogram, in the unit of the bins."""

    part: str

    def figure(self, parts: Mapping[str, Part], span: Span) -> Figure:  # noqa: ARG002
        """The largest bin; denominator is the number of values."""
        bins = histogram(parts, self.part)
        if not bins:
            return NO_DATA
        return Figure(max(bins), None, sum(bins.values()))


@dataclass(frozen=True)
class ChangeOf(Formula):
    """The last ``days`` compared with as many days before, from a histogram by clock hour.

    A tenth more is 0.1. No data if fewer than ``fewest`` were counted before: a change from a
    handful says nothing.
    """

    part: str
    days: int
    fewest: int

    def figure(self, parts: Mapping[str, Part], span: Span) -> Figure:
        """The change; numerator is the count of these days, denominator that of the days before."""
        hours = histogram(parts, self.part)
        last, length = math.floor(span.as_of_s / HOUR_S), self.days * DAY_H
        now = sum(count for hour, count in hours.items() if last - length < hour <= last)
        first = last - 2 * length
        before = sum(count for hour, count in hours.items() if first < hour <= last - length)
        if before < max(self.fewest, 1):
            return NO_DATA
        return Figure(now / before - 1, now, before)
