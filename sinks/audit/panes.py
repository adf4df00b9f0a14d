"""Compares the stored panes with their recount, a span of event time after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from clickhouse_connect.driver.client import Client

from contracts.settings import RETRACTION_REACH_H
from sinks.audit.cut import Cut
from sinks.audit.statement import integers, recount_file, rows, second, texts

SPAN_EVENTS = 2_000_000
SPAN_PANES = 100_000
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

Span = tuple[datetime, datetime]
"""From a full minute to one not included, UTC."""
Parts = dict[str, Any]
"""``counts``, ``histograms`` and ``sets`` by part name; no zeros, no empty ones."""


@dataclass(frozen=True)
class WrongPane:
    """A pane that differs from its recount; ``upto`` is 0 where the table holds none."""

    district: str
    pane: datetime
    upto: int
    held: Parts
    recounted: Parts

    def differences(self) -> list[tuple[str, object, object]]:
        """Part, what is held of it, what was recounted; 0 and empty where there is nothing."""
        return [
            (part, held.get(part, nothing), recounted.get(part, nothing))
            for shape, nothing in (("counts", 0), ("histograms", {}), ("sets", []))
            for held, recounted in ((self.held[shape], self.recounted[shape]),)
            for part in sorted(held.keys() | recounted.keys())
            if held.get(part) != recounted.get(part)
        ]


@dataclass(frozen=True)
class Comparison:
    """Panes of a span: compared, left out because they are still moving, and different."""

    checked: int = 0
    moving: int = 0
    wrong: int = 0
    examples: Sequence[WrongPane] = field(default=())


@dataclass(frozen=True)
class Districts:
    """The last settled position of the partition of each district; ``least`` for any other."""

    cuts: dict[str, int]
    partitions: dict[str, int]
    least: int


def read_districts(client: Client, feed: str, cut: Cut) -> Districts:
    """Where each district's events come from. Raises ClickHouseError."""
    partitions = {str(name): int(number) for name, number in rows(client, "districts", feed)}
    cuts = {name: cut.positions.get(number, 0) for name, number in partitions.items()}
    return Districts(cuts, partitions, min(cut.positions.values(), default=0))


def read_spans(client: Client, feed: str, since: datetime | None) -> list[Span]:
    """Spans that hold all panes (that begin at ``since`` or later). Raises ClickHouseError."""
    start = datetime.fromtimestamp(0, UTC) if since is None else first_minute(since)
    hours = [
        (hour, int(events), int(panes))
        for hour, events, panes in rows(client, "hours", feed, None, since=second(start))
    ]
    return spans(hours, start)


def first_minute(since: datetime) -> datetime:
    """The first full minute at or after a time."""
    cut_off = since.replace(second=0, microsecond=0)
    return cut_off if cut_off == since else cut_off + MINUTE


def spans(hours: Iterable[tuple[datetime, int, int]], start: datetime) -> list[Span]:
    """Spans without a gap, each of as many hours as can be compared at once.

    ``hours`` are ascending, with their events and panes. What they hold may change panes of up to
    a day before.
    """
    found: list[Span] = []
    first: datetime | None = None
    events = panes = 0
    for hour, more_events, more_panes in hours:
        if first is None:
            first = max(start, hour - timedelta(hours=RETRACTION_REACH_H))
        elif events + more_events > SPAN_EVENTS or panes + more_panes > SPAN_PANES:
            found.append((first, hour))
            first, events, panes = hour, 0, 0
        events, panes, last = events + more_events, panes + more_panes, hour
    return found if first is None else [*found, (first, last + HOUR)]


def compare(
    client: Client, feed: str, cut: Cut, districts: Districts, span: Span, limit: int
) -> Comparison:
    """Compare the panes of a span; give up to ``limit`` wrong ones. Raises ClickHouseError."""
    lists = {
        "recount": recount_file(feed).read_text(encoding="utf-8"),
        "partitions": integers(cut.positions, "UInt16"),
        "cuts": integers(cut.positions.values(), "UInt64"),
        "districts": texts(districts.cuts),
        "district_cuts": integers(districts.cuts.values(), "UInt64"),
        "limit": str(limit),
    }
    bounds = {"since": second(span[0]), "until": second(span[1])}
    ((checked, moving, wrong, examples),) = rows(
        client, "compare", feed, lists, least_cut=districts.least, **bounds
    )
    return Comparison(checked, moving, wrong, sorted(map(_wrong_pane, examples), key=_order))


def _wrong_pane(row: Sequence[Any]) -> WrongPane:
    district, pane, upto, *parts = row
    shapes = ("counts", "histograms", "sets")
    held, recounted = (dict(zip(shapes, each, strict=True)) for each in (parts[:3], parts[3:]))
    return WrongPane(district, pane.replace(tzinfo=UTC), upto, held, recounted)


def _order(pane: WrongPane) -> tuple[datetime, str]:
    return pane.pane, pane.district


def feeds_without_recount(feeds: Iterable[str]) -> list[str]:
    """The feeds whose panes nobody has written a recount for."""
    return [feed for feed in feeds if not recount_file(feed).exists()]
