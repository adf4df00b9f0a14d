"""Gauges: figures of a state at an instant, declared here, kept by the workers.

Each gives parts that merge from districts to the province like those of panes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.reference.province import Reference

OVERDUE_BY = "overdue_{}"


@dataclass(frozen=True)
class OpenItems:
    """Items between opening and closing: parts ``open``, ``overdue`` and ``overdue_<by>``.

    An item is open from an event of ``opens`` until one of ``closes`` at that time or later. It is
    overdue when the due time of its latest event that names one lies before the watermark. ``by``
    is a field of the opening event, ``by_values`` all its values, as text. ``prefix`` begins the
    parts' names, where a feed keeps several kinds of items.
    """

    item: str
    opens: frozenset[str]
    closes: frozenset[str]
    due: str
    by: str = ""
    by_values: tuple[str, ...] = ()
    prefix: str = ""


@dataclass(frozen=True)
class Presence:
    """Devices heard from within ``limit_s`` seconds: parts ``online`` and ``known``.

    Events of ``kinds`` count, of any kind where none is named.
    """

    device: str
    limit_s: int
    known: Callable[[Reference], Mapping[str, frozenset[str]]]
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LatestStates:
    """Items by the state that their latest event names: parts ``in_<state>``, ``up``, ``known``.

    ``state`` is the field, ``states`` all its values, ``up`` those that count as up. A known item
    that was never heard of is not up, and in no state; nor is one that has been silent for longer
    than ``counts_for_s`` seconds.
    """

    item: str
    kinds: frozenset[str]
    state: str
    states: tuple[str, ...]
    up: frozenset[str]
    known: Callable[[Reference], Mapping[str, frozenset[str]]]
    counts_for_s: int


@dataclass(frozen=True)
class Silence:
    """How long senders have been silent: the histogram ``silent_minutes``, of those ever heard.

    Minutes beyond ``longest`` count as that many.
    """

    sender: str
    kinds: frozenset[str]
    longest: int
    known: Callable[[Reference], Mapping[str, frozenset[str]]]


@dataclass(frozen=True)
class Reporting:
    """Who reported on which day last: parts ``reported`` and ``expected``.

    ``reported`` is a histogram: local day (since 1970) -> how many of the known reported last on
    it. So the newest day tells how many are through with it, for districts merged as well.
    ``expected`` is how many are known.
    """

    reporter: str
    kinds: frozenset[str]
    known: Callable[[Reference], Mapping[str, frozenset[str]]]


@dataclass(frozen=True)
class LatestTotals:
    """Running totals, the latest of each known reporter: part ``total``, beside ``of_whole``.

    ``field`` holds the reporter's total so far, ``whole`` is what they are together a part of, by
    district. The total of one that has been silent for longer than ``counts_for_s`` seconds does
    not count.
    """

    reporter: str
    kinds: frozenset[str]
    field: str
    total: str
    of_whole: str
    known: Callable[[Reference], Mapping[str, frozenset[str]]]
    whole: Callable[[Reference], Mapping[str, int]]
    counts_for_s: int


@dataclass(frozen=True)
class LatestFigures:
    """Reported figures, of each series the newest period in its newest vintage.

    ``code`` is the field that names a figure; together with the fields ``also`` it names a series
    of a district. A period is a month (``2026-09``); of the same period
    the greatest ``vintage`` counts. Parts of each code, added up over its series, in thousandths:
    ``<code>_value``; ``<code>_planned`` and ``<code>_plan``, the value and the plan of those that
    have one; ``<code>_change`` and ``<code>_before``, against the same period a year before, of
    those that have it. The histogram ``age_days`` counts all series by the days since their
    ``as_of``.
    """

    code: str
    also: tuple[str, ...]
    kinds: frozenset[str]


@dataclass(frozen=True)
class HourlyHistory:
    """Events by clock hour (hours since 1970, UTC) over some days: a histogram named ``part``.

    ``field`` is a whole number that counts instead of the event itself.
    """

    kinds: frozenset[str]
    days: int
    field: str = ""
    part: str = "hours"


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
