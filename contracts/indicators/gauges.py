"""Gauges: figures of a state at an instant, declared here, computed by the workers.

Each gives parts that merge from districts to the province like the parts of panes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.reference.province import Reference

OVERDUE_BY = "overdue_{}"


@dataclass(frozen=True)
class OpenItems:
    """Items between opening and closing: parts ``open``, ``overdue`` and ``overdue_<by>``.

    An item is open from an event of ``opens`` until one of ``closes`` at that time or later. It is
    overdue if the due time of its latest event that names one lies before the watermark. ``by`` is
    a field of the opening event, ``by_values`` all its values, as text. ``prefix`` precedes the
    parts' names if a feed has several kinds of items.
    """

    item: str
    opens: frozenset[str]
    closes: frozenset[str]
    due: str
    by: str = ""
    by_values: tuple[str, ...] = ()
    prefix: str = ""

    @property
    def parts(self) -> frozenset[str]:
        """Names of its parts."""
        by = (OVERDUE_BY.format(value) for value in self.by_values)
        return frozenset(self.prefix + name for name in ("open", "overdue", *by))


@dataclass(frozen=True)
class Presence:
    """Devices heard from within ``limit_s`` seconds: parts ``online`` and ``known``.

    Events of ``kinds`` count, or of any kind if none is named.
    """

    device: str
    limit_s: int
    known: Callable[[Reference], Mapping[str, frozenset[str]]]
    kinds: frozenset[str] = frozenset()

    @property
    def parts(self) -> frozenset[str]:
        """Names of its parts."""
        return frozenset({"online", "known"})


@dataclass(frozen=True)
class LatestStates:
    """Items by the state in their latest event: parts ``in_<state>``, ``up``, ``known``.

    ``state`` is the field, ``states`` all its values, ``up`` those that count as up. A known item
    without any event, or silent for longer than ``counts_for_s`` seconds, is in no state, not up.
    """

    item: str
    kinds: frozenset[str]
    state: str
    states: tuple[str, ...]
    up: frozenset[str]
    known: Callable[[Reference], Mapping[str, frozenset[str]]]
    counts_for_s: int

    @property
    def parts(self) -> frozenset[str]:
        """Names of its parts."""
        return frozenset({"up", "known", *(f"in_{state}" for state in self.states)})


@dataclass(frozen=True)
class Silence:
    """Minutes since senders were last heard from: the histogram ``silent_minutes``.

    Only senders heard from at least once count. Silence beyond ``longest`` minutes counts as
    ``longest``.
    """

    sender: str
    kinds: frozenset[str]
    longest: int
    known: Callable[[Reference], Mapping[str, frozenset[str]]]

    @property
    def parts(self) -> frozenset[str]:
        """Names of its parts."""
        return frozenset({"silent_minutes"})


@dataclass(frozen=True)
class Reporting:
    """Reporters by the day of their last report: parts ``reported`` and ``expected``.

    ``reported`` is a histogram: local day (since 1970) -> number of known reporters who reported
    last on it. The newest day therefore shows how many have reported it, even after districts are
    merged. ``expected`` is the number of known reporters.
    """

    reporter: str
    kinds: frozenset[str]
    known: Callable[[Reference], Mapping[str, frozenset[str]]]

    @property
    def parts(self) -> frozenset[str]:
        """Names of its parts."""
        return frozenset({"reported", "expected"})


@dataclass(frozen=True)
class LatestTotals:
    """The latest running total of each known reporter: the parts named ``total``, ``of_whole``.

    ``field`` holds the reporter's total so far; ``whole`` gives, by district, the whole that the
    totals are a share of. The total of a reporter that has been silent for longer than
    ``counts_for_s`` seconds does not count.
    """

    reporter: str
    kinds: frozenset[str]
    field: str
    total: str
    of_whole: str
    known: Callable[[Reference], Mapping[str, frozenset[str]]]
    whole: Callable[[Reference], Mapping[str, int]]
    counts_for_s: int

    @property
    def parts(self) -> frozenset[str]:
        """Names of its parts."""
        return frozenset({self.total, self.of_whole})


@dataclass(frozen=True)
class LatestFigures:
    """Reported figures: of each series the newest period in its newest vintage.

    ``code`` is the field that names a figure; together with the fields ``also`` it names a series
    of a district. A period is a month (``2026-09``); of the same period the greatest ``vintage``
    counts. Parts of each code, summed over its series, in thousandths: ``<code>_value``;
    ``<code>_planned`` and ``<code>_plan``, value and plan of the series that have a plan;
    ``<code>_change`` and ``<code>_before``, against the same period a year before, of the series
    that have it. The histogram ``age_days`` counts all series by the days since their ``as_of``.
    """

    code: str
    also: tuple[str, ...]
    kinds: frozenset[str]

    @property
    def parts(self) -> frozenset[str]:
        """Names of its parts, with ``*`` for the codes, which events name."""
        endings = ("value", "planned", "plan", "change", "before")
        return frozenset({"age_days", *(f"*_{ending}" for ending in endings)})


@dataclass(frozen=True)
class HourlyHistory:
    """Events by clock hour (hours since 1970, UTC) over some days: a histogram named ``part``.

    If ``field`` is given, its whole number counts instead of 1.
    """

    kinds: frozenset[str]
    days: int
    field: str = ""
    part: str = "hours"

    @property
    def parts(self) -> frozenset[str]:
        """Names of its parts."""
        return frozenset({self.part})


Gauge = (
    OpenItems
    | Presence
    | LatestStates
    | Silence
    | Reporting
    | LatestTotals
    | LatestFigures
    | HourlyHistory
)
