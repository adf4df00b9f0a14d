"""Compares the stored panes with their recount, one span of event time after another."""

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
"""First minute, and first minute after the span; UTC."""
Parts = dict[str, Any]
"""``counts``, ``histograms`` and ``sets`` by part name, without zeros and empty ones."""


@dataclass(frozen=True)
class WrongPane:
    """A pane that differs from its recount; ``upto`` is 0 if the table lacks the pane."""

    district: str
    pane: datetime
    upto: int
    held: Parts
    recounted: Parts

    def differences(self) -> list[tuple[str, object, object]]:
        """Part, stored value and recounted value; 0 or empty if absent."""
        return [
            (part, held.get(part, nothing), recounted.get(part, nothing))
            for shape, nothing in (("counts", 0), ("histograms", {}), ("sets", []))
            for held, recounted in ((self.held[shape], self.recounted[shape]),)
            for part in sorted(held.keys() | recounted.keys())
            if held.get(part) != recounted.get(part)
        ]


@dataclass(frozen=True)
class Comparison:
    """Numbers of panes in a span: compared, skipped because still moving, and wrong."""

    checked: int = 0
    moving: int = 0
    wrong: int = 0
    examples: Sequence[WrongPane] = field(default=())


@dataclass(frozen=True)
class Districts:
    """The last settled position by district, and its partition; ``least`` for other districts."""

    cuts: dict[str, int]
    partitions: dict[str, int]
    least: int


def read_districts(client: Client, feed: str, cut: Cut) -> Districts:
    """The partition of each district, and its cut. Raises ClickHouseError."""
    partitions = {str(name): int(number) for name, number in rows(client, "districts", feed)}
    cuts = {name: cut.positions.get(number, 0) for name, number in partitions.items()}
    return Districts(cuts, partitions, min(cut.positions.values(), default=0))


def read_spans(client: Client, feed: str, since: datetime | None) -> list[Span]:
    """Spans that cover all panes (that begin at ``since`` or later). Raises ClickHouseError."""
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
    """Contiguous spans, each of as many hours as can be compared at once.

    ``hours`` are ascending, with their counts of events and panes. Their events may change panes up
    to a day earlier.
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
    """Compare the panes of a span; return up to ``limit`` wrong ones. Raises ClickHouseError."""
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
    """The feeds without a recount of their panes."""
    return [feed for feed in feeds if not recount_file(feed).exists()]
