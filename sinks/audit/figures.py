"""Compares figures of periods with what the roll-ups of their hours and days come to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from clickhouse_connect.driver.client import Client

from contracts.time.working_days import OFFSET_S
from sinks.audit.rollups import AT_ONCE, Days, Rolled, compare_rollups
from sinks.audit.statement import rows, second, sql_of, texts
from sinks.rollups.figuring import figure_rows
from sinks.schema.figures import period_start
from sinks.schema.statements import fill

SHORT = ("hour", "day")
LONG = ("week", "month", "quarter", "year")
OFFSET = timedelta(seconds=OFFSET_S)


def years(spans: Iterable[Days]) -> list[Days]:
    """The local years that these days lie in; a week belongs to that of its Monday."""
    found = {
        year
        for since, until in spans
        for year in range(
            _monday(since + OFFSET).year, (until + OFFSET - timedelta(microseconds=1)).year + 1
        )
    }
    return [(_start(year), _start(year + 1)) for year in sorted(found)]


def compare_days(client: Client, feed: str, span: Days, limit: int) -> Rolled:
    """Compare the hours and days of a span with their panes, and their figures with them.

    Figures are left out where roll-ups are wrong. Raises ClickHouseError.
    """
    found = compare_rollups(client, feed, span, limit)
    if found.wrong:
        return found
    figures = compare_figures(client, feed, span, SHORT, limit)
    return replace(figures, checked=found.checked + figures.checked)


def compare_figures(
    client: Client, feed: str, span: Days, grains: Sequence[str], limit: int
) -> Rolled:
    """Compare the figures of the periods that begin in these days. Raises ClickHouseError."""
    named = {"grains": texts(grains)}
    merged = fill(sql_of("figured_merged"), {**named, "start": period_start("longer")})
    lists = {
        **named,
        "limit": str(limit),
        "at_once": str(AT_ONCE),
        "recounted": figure_rows(merged),
    }
    bounds = {"since": second(span[0]), "until": second(span[1])}
    ((checked, wrong, examples, hours),) = rows(client, "figured", feed, lists, **bounds)
    again = frozenset((feed, str(unit), int(start_s)) for unit, start_s in hours)
    said = [
        f"{feed}: the figure {indicator} of the {grain} {start:%Y-%m-%d %H:%M}Z of {unit}: "
        f"{told}, its roll-ups come to {recounted}"
        for grain, unit, start, indicator, told, recounted in sorted(examples)
    ]
    return Rolled(int(checked), int(wrong), said, again)


def _monday(at: datetime) -> date:
    return at.date() - timedelta(days=at.weekday())


def _start(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC) - OFFSET
