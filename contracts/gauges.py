"""Gauges: figures of a state at an instant, declared here, kept by the workers.

Each gives parts that merge from districts to the province like those of panes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.reference import Reference

OVERDUE_BY = "overdue_{}"


@dataclass(frozen=True)
class OpenItems:
    """Items between opening and closing: parts ``open``, ``overdue`` and ``overdue_<by>``.

    An item is open from an event of ``opens`` until one of ``closes`` at that time or later. It is
    overdue when the due time of its latest event that names one lies before the watermark. ``by``
    is a field of the opening event, ``by_values`` all its values, as text.
    """

    item: str
    opens: frozenset[str]
    closes: frozenset[str]
    due: str
    by: str = ""
    by_values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Presence:
    """Devices heard from within ``limit_s`` seconds: parts ``online`` and ``known``."""

    device: str
    limit_s: int
    known: Callable[[Reference], Mapping[str, frozenset[str]]]


@dataclass(frozen=True)
class HourlyHistory:
    """Events by clock hour (hours since 1970, UTC) over some days: the histogram ``hours``."""

    kinds: frozenset[str]
    days: int


Gauge = OpenItems | Presence | HourlyHistory
