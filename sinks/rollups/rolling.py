"""Makes hours and days again from the panes and hours that they consist of.

What is written is absolute and follows from the tables alone: doing it again, after a crash or from
two processes at once, changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from clickhouse_connect.driver.client import Client

from contracts.time.working_days import DAY_S, OFFSET_S
from sinks.schema.columns import quoted
from sinks.schema.statements import fill

FOLDER = Path(__file__).parent
MINUTE_S, HOUR_S = 60, 3_600
AT_ONCE = 2_000
"""Hours, or days, that a statement makes: its text stays far below what a server takes, and its
histograms within some tens of megabytes."""
SETTINGS = {
    "max_partitions_per_insert_block": 0,
    "max_block_size": 2_048,  # a row of panes may hold hundreds of bins
}

Span = tuple[str, str, int]
"""An hour or a day of a unit: feed, district, start in seconds since 1970."""


@dataclass(frozen=True)
class Grain:
    """A length of roll-ups; ``start`` is the SQL for the beginning of the one that a row is in."""

    name: str
    length_s: int
    start: str


HOURS = Grain("hours", HOUR_S, "toStartOfHour(pane)")
DAYS = Grain("days", DAY_S, "toStartOfDay(period, 'Asia/Ho_Chi_Minh')")


def hour_of(feed: str, district: str, minute: int) -> Span:
    """The hour of a pane; ``minute`` counts from 1970."""
    return feed, district, minute * MINUTE_S // HOUR_S * HOUR_S


def day_of(hour: Span) -> Span:
    """The day of the province's calendar that an hour lies in."""
    feed, district, start_s = hour
    return feed, district, (start_s + OFFSET_S) // DAY_S * DAY_S - OFFSET_S


def roll_up(client: Client, hours: Iterable[Span]) -> None:
    """Make these hours again, and the days that they lie in. Raises ClickHouseError."""
    touched = set(hours)
    for grain, spans in ((HOURS, touched), (DAYS, set(map(day_of, touched)))):
        for some in _chunks(sorted(spans, key=lambda span: (span[2], span[0], span[1]))):
            named = ", ".join(
                f"({quoted(feed)}, {quoted(district)}, toDateTime({start_s}, 'UTC'))"
                for feed, district, start_s in some
            )
            which = f"(feed, district, {grain.start}) IN ({named})"
            _run(client, grain, which, some[0][2], some[-1][2] + grain.length_s)


def roll_up_missing(client: Client) -> int:
    """Make all roll-ups of each feed and month in which panes have some that are not there.

    So panes of before there were roll-ups get theirs, also where that was broken off. Gives how
    many months of feeds there were. Raises ClickHouseError.
    """
    found = client.query((FOLDER / "missing.sql").read_text(encoding="utf-8")).result_rows
    for feed, since_s, until_s, hours in found:
        which = f"feed = {quoted(str(feed))}"
        step_s = DAY_S * max(1, (until_s - since_s) // DAY_S * AT_ONCE // hours)
        for first_s in range(since_s, until_s, step_s):
            _run(client, HOURS, which, first_s, min(first_s + step_s, until_s))
        _run(client, DAYS, which, since_s, until_s)
    return len(found)


def _run(client: Client, grain: Grain, which: str, since_s: int, until_s: int) -> None:
    sql = (FOLDER / f"{grain.name}.sql").read_text(encoding="utf-8")
    bounds = {
        "since": f"toDateTime({since_s}, 'UTC')",
        "until": f"toDateTime({until_s}, 'UTC')",
    }
    client.command(fill(sql, {"which": which, **bounds}), settings=SETTINGS)


def _chunks(spans: Sequence[Span]) -> Iterator[list[Span]]:
    left = iter(spans)
    while some := list(islice(left, AT_ONCE)):
        yield some
