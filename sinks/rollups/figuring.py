"""Makes the figures of calendar periods again whose hours were.

Like hours and days they are absolute, and follow from the tables alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from clickhouse_connect.driver.client import Client

from contracts.time.working_days import DAY_S, OFFSET_S
from sinks.rollups.spans import AT_ONCE, HOUR_S, SETTINGS, Span, chunks, day_of, instant, text
from sinks.schema.columns import quoted
from sinks.schema.figures import period_start
from sinks.schema.statements import fill

Period = tuple[str, date]
"""A grain and the first day."""


def figure(client: Client, hours: Iterable[Span]) -> None:
    """Make the figures of all periods of these hours again, the province's too.

    The hours and days themselves are rolled up already. Raises ClickHouseError.
    """
    touched = set(hours)
    days = set(map(day_of, touched))
    spans = {("hour", *span) for span in touched} | {("day", *span) for span in days}
    units = {district for _, district, _ in touched}
    periods = {(grain, feed, start_s) for grain, feed, _, start_s in spans}
    for some in chunks(sorted(periods, key=lambda each: (each[2], each[0], each[1]))):
        named = ", ".join(
            f"({quoted(grain)}, {quoted(feed)}, {instant(start_s)})"
            for grain, feed, start_s in some
        )
        _short(
            client, f"(grain, feed, period) IN ({named})", units, some[0][2], some[-1][2] + HOUR_S
        )
    _long(client, {feed for feed, _, _ in days}, units, {_date(start_s) for _, _, start_s in days})


def figure_missing(client: Client) -> int:
    """Make all figures of each feed and month in which some do not follow from its roll-ups.

    Gives how many months of feeds there were. Raises ClickHouseError.
    """
    found = client.query(text("missing_figures")).result_rows
    missing: dict[str, set[date]] = defaultdict(set)
    for feed, since_s, until_s, rows in found:
        missing[feed].update(_date(start_s) for start_s in range(since_s, until_s, DAY_S))
        step_s = DAY_S * max(1, (until_s - since_s) // DAY_S * AT_ONCE // rows)
        for first_s in range(since_s, until_s, step_s):
            which = f"feed = {quoted(str(feed))}"
            _short(client, which, set(), first_s, min(first_s + step_s, until_s))
    for feed, days in missing.items():
        _long(client, {feed}, set(), days)
    return len(found)


def _short(client: Client, which: str, units: set[str], since_s: int, until_s: int) -> None:
    """Hours and days from roll-ups."""
    _run(
        client,
        "figures_of_rollups",
        units,
        {"which": which, "since": instant(since_s), "until": instant(until_s)},
    )


def _long(client: Client, feeds: set[str], units: set[str], days: set[date]) -> None:
    """Weeks and months from days, quarters and years from months; a year at once."""
    known = {"start": period_start("longer"), "feeds": ", ".join(map(quoted, sorted(feeds)))}
    for year in sorted({day.year for day in days}):
        of_year = [day for day in days if day.year == year]
        for shorter, longer in (("day", ("week", "month")), ("month", ("quarter", "year"))):
            periods = sorted({period for day in of_year for period in _periods(longer, day)})
            ends = [_end(period) for period in periods]
            bounds = {
                "shorter": quoted(shorter),
                "longer": f"[{', '.join(map(quoted, longer))}]",
                "periods": ", ".join(
                    f"({quoted(grain)}, {instant(_second(first))})" for grain, first in periods
                ),
                "since": instant(_second(min(first for _, first in periods))),
                "until": instant(_second(max(ends))),
            }
            _run(client, "figures_of_figures", units, {**known, **bounds})


def _run(client: Client, merged: str, units: set[str], known: dict[str, str]) -> None:
    """Insert the figures of these units and of the province; of all units if none is given."""
    named = ", ".join(map(quoted, sorted(units)))
    province = "unit IN (SELECT code FROM units WHERE kind = 'province')"
    of_units = f"(unit IN ({named}) OR {province})" if units else "true"
    rows = figure_rows(fill(text(merged), {**known, "of_units": of_units}))
    client.command(fill(text("figures"), {"rows": rows}), settings=SETTINGS)


def figure_rows(merged: str) -> str:
    """The SQL of rows of figures, out of that of merged parts."""
    return fill(text("figure_rows"), {"merged": merged})


def _periods(grains: Iterable[str], day: date) -> Iterator[Period]:
    for grain in grains:
        if grain == "week":
            yield grain, day - timedelta(days=day.weekday())
        else:
            months = {"month": 1, "quarter": 3, "year": 12}[grain]
            yield grain, day.replace(day=1, month=(day.month - 1) // months * months + 1)


def _end(period: Period) -> date:
    """The first day after it."""
    grain, first = period
    if grain == "week":
        return first + timedelta(days=7)
    after = first.month - 1 + {"month": 1, "quarter": 3, "year": 12}[grain]
    return first.replace(year=first.year + after // 12, month=after % 12 + 1)


def _date(start_s: int) -> date:
    return date(1970, 1, 1) + timedelta(days=(start_s + OFFSET_S) // DAY_S)


def _second(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY_S - OFFSET_S
