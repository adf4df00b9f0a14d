"""Measures: how the events of a group (one district, one minute, one kind) become a part."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter

from contracts.event import Checked
from contracts.parts import Part

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def epoch_ms(instant: datetime) -> int:
    """Whole milliseconds since 1970 of an aware datetime, cut off, not rounded."""
    return (instant - EPOCH) // _MILLISECOND


def elapsed_ms(event: Checked, since: str) -> int:
    """Milliseconds from the field ``since`` to ``occurred_at``; 0 where they are reversed."""
    return max(0, epoch_ms(event["occurred_at"]) - epoch_ms(event[since]))


def on_time(event: Checked) -> bool:
    """Did it occur at or before its ``due_at``, to the millisecond?"""
    return epoch_ms(event["occurred_at"]) <= epoch_ms(event["due_at"])


@dataclass(frozen=True)
class Measure(ABC):
    """One part of a pane, fed by the events of some kinds.

    ``at`` names the time that decides the pane. It is ``occurred_at``, but for a retraction, which
    changes the pane of the event that it takes back. Several measures may feed one part.
    """

    part: str
    kinds: frozenset[str]

    @abstractmethod
    def fold(self, events: Sequence[Checked]) -> Part:
        """The part of these events, all of one of ``kinds``."""

    @property
    def at(self) -> str:
        """The field whose minute the part belongs to."""
        return "occurred_at"


@dataclass(frozen=True)
class Count(Measure):
    """Number of events."""

    def fold(self, events: Sequence[Checked]) -> int:
        """The number of ``events``."""
        return len(events)


@dataclass(frozen=True)
class CountIf(Measure):
    """Number of events that pass a test."""

    test: Callable[[Checked], bool]

    def fold(self, events: Sequence[Checked]) -> int:
        """The number of ``events`` that pass."""
        return sum(map(self.test, events))


@dataclass(frozen=True)
class Sum(Measure):
    """Sum of a whole number drawn from each event, in the unit that the part's name says."""

    of: Callable[[Checked], int]

    def fold(self, events: Sequence[Checked]) -> int:
        """The sum over ``events``."""
        return sum(map(self.of, events))


@dataclass(frozen=True)
class Retraction(Sum):
    """What an event takes back (a negative number) from the pane of the time ``of_time``.

    An event without that time takes nothing back.
    """

    of_time: str

    @property
    def at(self) -> str:
        """The field with the time of the event that is taken back."""
        return self.of_time


@dataclass(frozen=True)
class Histogram(Measure):
    """Counts by a bin number drawn from each event."""

    bin_of: Callable[[Checked], int]

    def fold(self, events: Sequence[Checked]) -> dict[int, int]:
        """Bin -> number of ``events``."""
        return dict(Counter(map(self.bin_of, events)))


@dataclass(frozen=True)
class Distinct(Measure):
    """The set of values of a text field."""

    field: str

    def fold(self, events: Sequence[Checked]) -> frozenset[str]:
        """The distinct values in ``events``."""
        return frozenset(map(itemgetter(self.field), events))
