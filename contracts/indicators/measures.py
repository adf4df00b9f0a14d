"""Measures: how the events of a group (one district, one minute, one kind) become a part.

Its tally counts many groups at once, at the speed of the interpreter's own counting.
"""

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import attrgetter
from typing import Any, Generic, TypeVar

from contracts.events.event import Checked
from contracts.indicators.parts import Part
from contracts.time.instants import epoch_ms


def elapsed_ms(event: Checked, since: str) -> int:
    """Milliseconds from the field ``since`` to ``occurred_at``; 0 where they are reversed."""
    return max(0, epoch_ms(event["occurred_at"]) - epoch_ms(event[since]))


def on_time(event: Checked) -> bool:
    """Whether it occurred at or before its ``due_at``, to the millisecond."""
    return epoch_ms(event["occurred_at"]) <= epoch_ms(event["due_at"])


def drawn(events: Sequence[Checked], name: str) -> Iterable[Any]:
    """The events' values of a field, or the events themselves if no field is named."""
    return map(attrgetter(name), events) if name else events


M_co = TypeVar("M_co", bound="Measure", covariant=True)


class Tally(ABC, Generic[M_co]):
    """A measure's parts for any number of numbered groups, fed by events of its kinds."""

    def __init__(self, measure: M_co) -> None:
        self._measure = measure

    @property
    def measure(self) -> M_co:
        """The measure that is tallied."""
        return self._measure

    @abstractmethod
    def take(self, events: Sequence[Checked], groups: Sequence[int]) -> None:
        """Take in events. ``len(events) == len(groups)``."""

    @abstractmethod
    def parts(self) -> Mapping[int, Part]:
        """The part of each group. Groups whose part is 0 or empty may be missing."""


@dataclass(frozen=True)
class Measure(ABC):
    """One part of a pane, fed by the events of some kinds.

    ``at`` names the time that selects the pane: ``occurred_at``, except for a retraction, which
    changes the pane of the event that it takes back. Several measures may feed one part.
    """

    part: str
    kinds: frozenset[str]

    @abstractmethod
    def tally(self) -> Tally["Measure"]:
        """An empty tally."""

    def fold(self, events: Sequence[Checked]) -> Part:
        """The part of at least one event, all of which belong to ``kinds``; 0 if nothing counts."""
        tally = self.tally()
        tally.take(events, [0] * len(events))
        return tally.parts().get(0, 0)

    @property
    def at(self) -> str:
        """The field whose minute selects the pane."""
        return "occurred_at"


@dataclass(frozen=True)
class Count(Measure):
    """Number of events."""

    def tally(self) -> Tally["Count"]:
        """See Measure."""
        return _Counts(self)


class _Counts(Tally[Count]):
    def __init__(self, measure: Count) -> None:
        super().__init__(measure)
        self._counts: Counter[int] = Counter()

    def take(self, events: Sequence[Checked], groups: Sequence[int]) -> None:  # noqa: ARG002 - groups suffice to count
        self._counts.update(groups)

    def parts(self) -> Mapping[int, int]:
        return self._counts


@dataclass(frozen=True)
class CountIf(Measure):
    """Number of events that pass a test of the event, or of its ``of_field`` if one is named."""

    test: Callable[[Any], bool]
    of_field: str = field(default="", kw_only=True)

    def tally(self) -> Tally["CountIf"]:
        """See Measure."""
        return _CountsIf(self)


class _CountsIf(Tally[CountIf]):
    def __init__(self, measure: CountIf) -> None:
        super().__init__(measure)
        self._counts: Counter[int] = Counter()

    def take(self, events: Sequence[Checked], groups: Sequence[int]) -> None:
        self._counts.update(
            compress(groups, map(self.measure.test, drawn(events, self.measure.of_field)))
        )

    def parts(self) -> Mapping[int, int]:
        return self._counts


@dataclass(frozen=True)
class Sum(Measure):
    """Sum of a whole number, in the unit that the part's name gives.

    The number comes from the event, or from its ``of_field`` if one is named.
    """

    of: Callable[[Any], int]
    of_field: str = field(default="", kw_only=True)

    def tally(self) -> Tally["Sum"]:
        """See Measure."""
        return _Sums(self)


class _Sums(Tally[Sum]):
    def __init__(self, measure: Sum) -> None:
        super().__init__(measure)
        self._sums: dict[int, int] = defaultdict(int)

    def take(self, events: Sequence[Checked], groups: Sequence[int]) -> None:
        sums = self._sums
        numbers = map(self.measure.of, drawn(events, self.measure.of_field))
        for group, number in zip(groups, numbers, strict=True):
            sums[group] += number

    def parts(self) -> Mapping[int, int]:
        return self._sums


@dataclass(frozen=True)
class Retraction(Sum):
    """The number (negative) that an event adds to the pane of the time ``of_time``.

    An event without that time changes nothing. ``item`` is the field that names the retracted item:
    each item is retracted once, however many events retract it.
    """

    of_time: str
    item: str

    @property
    def at(self) -> str:
        """The field with the time of the retracted event."""
        return self.of_time

    def amount(self, event: Checked) -> int:
        """The number that the event adds to the earlier pane: negative, or 0."""
        (number,) = map(self.of, drawn([event], self.of_field))
        return number


@dataclass(frozen=True)
class Histogram(Measure):
    """Counts by bin. The bin comes from the event, or from its ``of_field`` if one is named."""

    bin_of: Callable[[Any], int]
    of_field: str = field(default="", kw_only=True)

    def tally(self) -> Tally["Histogram"]:
        """See Measure."""
        return _Histograms(self)


class _Histograms(Tally[Histogram]):
    def __init__(self, measure: Histogram) -> None:
        super().__init__(measure)
        self._counts: Counter[tuple[int, int]] = Counter()

    def take(self, events: Sequence[Checked], groups: Sequence[int]) -> None:
        bins = map(self.measure.bin_of, drawn(events, self.measure.of_field))
        self._counts.update(zip(groups, bins, strict=True))

    def parts(self) -> Mapping[int, dict[int, int]]:
        histograms: dict[int, dict[int, int]] = defaultdict(dict)
        for (group, bin_), count in self._counts.items():
            histograms[group][bin_] = count
        return histograms


@dataclass(frozen=True)
class Distinct(Measure):
    """The set of values of a text field."""

    field: str

    def tally(self) -> Tally["Distinct"]:
        """See Measure."""
        return _Sets(self)


class _Sets(Tally[Distinct]):
    def __init__(self, measure: Distinct) -> None:
        super().__init__(measure)
        self._members: dict[int, set[str]] = defaultdict(set)

    def take(self, events: Sequence[Checked], groups: Sequence[int]) -> None:
        members = self._members
        for group, member in zip(groups, drawn(events, self.measure.field), strict=True):
            members[group].add(member)

    def parts(self) -> Mapping[int, frozenset[str]]:
        return {group: frozenset(members) for group, members in self._members.items()}
