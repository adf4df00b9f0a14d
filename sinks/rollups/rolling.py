"""Makes hours and days again from the panes and hours that they consist of.

What is written is absolute and follows from the tables alone: doing it again, after a crash or from
two processes at once, changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from contracts.time.working_days import DAY_S
from sinks.rollups.figuring import figure, figure_missing
from sinks.rollups.spans import AT_ONCE, HOUR_S, SETTINGS, Span, chunks, day_of, instant, text
from sinks.schema.columns import quoted
from sinks.schema.statements import fill


@dataclass(frozen=True)
class Grain:
    """A length of roll-ups; ``start`` is the SQL for the beginning of the one that a row is in."""

    name: str
    length_s: int
    start: str


HOURS = Grain("hours", HOUR_S, "toStartOfHour(pane)")
DAYS = Grain("days", DAY_S, "toStartOfDay(period, 'Asia/Ho_Chi_Minh')")


def roll_up(client: Client, hours: Iterable[Span]) -> None:
    """Make these hours again, the days that they lie in, and the figures of all their periods.

    Raises ClickHouseError.
    """
    touched = set(hours)
    for grain, spans in ((HOURS, touched), (DAYS, set(map(day_of, touched)))):
        for some in chunks(sorted(spans, key=lambda span: (span[2], span[0], span[1]))):
            named = ", ".join(
                f"({quoted(feed)}, {quoted(district)}, {instant(start_s)})"
                for feed, district, start_s in some
            )
            which = f"(feed, district, {grain.start}) IN ({named})"
            _run(client, grain, which, some[0][2], some[-1][2] + grain.length_s)
    figure(client, touched)


def roll_up_missing(client: Client) -> int:
    """Make all roll-ups of each feed and month in which panes have some that are not there.

    So panes of before there were roll-ups get theirs, also where that was broken off, and figures
    likewise. Gives how many months of feeds there were. Raises ClickHouseError.
    """
    found = client.query(text("missing")).result_rows
    for feed, since_s, until_s, hours in found:
        which = f"feed = {quoted(str(feed))}"
        step_s = DAY_S * max(1, (until_s - since_s) // DAY_S * AT_ONCE // hours)
        for first_s in range(since_s, until_s, step_s):
            _run(client, HOURS, which, first_s, min(first_s + step_s, until_s))
        _run(client, DAYS, which, since_s, until_s)
    return max(len(found), figure_missing(client))


def _run(client: Client, grain: Grain, which: str, since_s: int, until_s: int) -> None:
    bounds = {"since": instant(since_s), "until": instant(until_s)}
    client.command(fill(text(grain.name), {"which": which, **bounds}), settings=SETTINGS)
