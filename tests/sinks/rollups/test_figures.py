"""Figures of calendar periods against the contract's own formulas over the same minutes."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.feed import Feed
from contracts.indicators.formulas import Span
from contracts.indicators.measures import Distinct, Histogram
from contracts.indicators.parts import Parts, encode_parts, merged
from contracts.registry import FEEDS
from contracts.settings import Settings
from sinks.client import reader
from sinks.rollups.rolling import roll_up, roll_up_missing
from sinks.rollups.spans import hour_of
from tests.sinks.audit.world import World, moment, now
from tests.sinks.stack import make_schema

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PROVINCE = "17"
UNITS = ("148", "150", PROVINCE)
"""Two districts, and the province's own events, which only its figure includes."""
FIRST = datetime(2025, 12, 24, tzinfo=ZONE)
DAYS = 20
HEARD = datetime(2026, 1, 12, 4, 30, tzinfo=UTC)
"""The watermark: in the last day, week, month and quarter."""
GRAINS = ("hour", "day", "week", "month", "quarter", "year")
Key = tuple[str, str, datetime]


def begin_of(at: datetime, grain: str) -> datetime:
    day = at.replace(hour=0, minute=0)
    if grain == "hour":
        return at.replace(minute=0)
    if grain == "week":
        return day - timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}
    return day if grain == "day" else day.replace(day=1, month=month[grain])


def end_of(begin: datetime, grain: str) -> datetime:
    if grain in ("hour", "day", "week"):
        return (
            begin + {"hour": timedelta(hours=1), "day": timedelta(1), "week": timedelta(7)}[grain]
        )
    months = {"month": 1, "quarter": 3, "year": 12}[grain]
    after = begin.month - 1 + months
    return begin.replace(year=begin.year + after // 12, month=after % 12 + 1)


def drawn(feed: Feed, source: random.Random) -> Parts:
    """Some parts of a pane, as its measures shape them; some are not there."""
    parts: Parts = {"events": source.randint(1, 20)}
    for measure in feed.measures:
        if source.random() < 0.2:
            continue
        if isinstance(measure, Histogram):
            parts[measure.part] = {source.randint(0, 40): source.randint(1, 9) for _ in range(3)}
        elif isinstance(measure, Distinct):
            parts[measure.part] = frozenset(source.choices("abcdefgh", k=3))
        else:
            parts[measure.part] = source.randint(0, 50)
    return parts


@pytest.fixture(scope="module")
def panes() -> Mapping[tuple[str, str, datetime], Parts]:
    """Feed, unit and local minute -> parts, of three weeks around a new year."""
    source = random.Random(26)
    minutes = sorted([*source.sample(range(DAYS * 1440), 60), 0, 1440 * 7 - 1, 1440 * 8])
    return {
        (feed.name, unit, FIRST + timedelta(minutes=minute)): drawn(feed, source)
        for feed in FEEDS
        for unit in UNITS
        for minute in minutes
        if source.random() < 0.9
    }


def pane_row(feed: str, unit: str, at: datetime, parts: Parts) -> dict[str, Any]:
    return {
        "feed": feed, "district": unit, "pane": at.astimezone(UTC).isoformat(),
        "version": 1, **encode_parts(parts), "emitted_at": now(),
    }  # fmt: skip


@pytest.fixture
def told(world: World, panes: Mapping[tuple[str, str, datetime], Parts]) -> World:
    world.insert(
        "panes",
        [pane_row(feed, unit, at, parts) for (feed, unit, at), parts in panes.items()],
    )
    for feed in FEEDS:
        world.progress(feed.name, 1, watermark=HEARD.isoformat())
        world.progress(feed.name, 1, partition=1, watermark=(HEARD + timedelta(1)).isoformat())
    roll_up_missing(world.client)
    return world


def expected(
    panes: Mapping[tuple[str, str, datetime], Parts], grain: str
) -> Iterator[tuple[Key, tuple[Any, ...]]]:
    for feed in FEEDS:
        own = {key: parts for key, parts in panes.items() if key[0] == feed.name}
        groups: dict[tuple[str, datetime], list[Parts]] = defaultdict(list)
        for (_, unit, at), parts in own.items():
            for of in {unit, PROVINCE}:
                groups[of, begin_of(at, grain)].append(parts)
        begun = min(at for _, _, at in own)
        for (unit, begin), many in groups.items():
            end = end_of(begin, grain)
            span = Span(max(begin, begun).timestamp(), min(end, HEARD).timestamp())
            for indicator in feed.indicators:
                if not indicator.is_gauge:
                    figure = indicator.formula.figure(merged(many), span)
                    row = (figure.value, end <= HEARD, min(end, HEARD))
                    yield (feed.indicator_id(indicator), unit, begin), row


def asked(client: Client, grain: str, since: date, until: date) -> dict[Key, tuple[Any, ...]]:
    sql = (
        "SELECT indicator, unit, period, value, is_complete, as_of, numerator, denominator"
        f" FROM figures(since = '{since}', until = '{until}', grain = '{grain}')"
    )
    found = client.query(sql).result_rows
    assert len(found) == len({tuple(row[:3]) for row in found})
    return {(row[0], row[1], row[2].astimezone(ZONE)): tuple(row[3:]) for row in found}


@pytest.mark.parametrize("grain", GRAINS)
def test_figures_are_those_of_the_contract_over_all_minutes_of_a_period(
    told: World, panes: Mapping[tuple[str, str, datetime], Parts], grain: str
) -> None:
    found = asked(told.client, grain, FIRST.date(), (FIRST + timedelta(DAYS)).date())
    wanted = dict(expected(panes, grain))
    # An indicator of parts that the whole period lacks is left out where nothing needs a zero.
    missing = {key for key in wanted.keys() - found.keys() if wanted[key][0] not in (None, 0)}
    assert missing == set()
    assert found.keys() - wanted.keys() == set()
    for key, (value, is_complete, as_of, *_) in found.items():
        figure = wanted[key][0]
        assert value == (figure if figure is None else pytest.approx(figure, rel=1e-9)), key
        assert (bool(is_complete), as_of) == wanted[key][1:], key


def test_sums_of_days_are_the_longer_periods(told: World) -> None:
    year = asked(told.client, "year", date(2026, 1, 1), date(2026, 12, 31))
    days = asked(told.client, "day", date(2026, 1, 1), date(2026, 12, 31))
    for (indicator, unit, _), figure in year.items():
        if indicator == "dossier.on_time_share":
            own = [row for key, row in days.items() if key[:2] == (indicator, unit)]
            assert figure[3] == sum(row[3] for row in own)
            assert figure[4] == sum(row[4] for row in own)


def test_the_first_and_last_period_are_whole(told: World) -> None:
    """Asked for a day of it, a month is that of all its days."""
    whole = asked(told.client, "month", date(2025, 12, 1), date(2026, 1, 31))
    assert asked(told.client, "month", date(2025, 12, 31), date(2026, 1, 1)) == whole
    assert {key[2] for key in whole} == {
        datetime(2025, 12, 1, tzinfo=ZONE),
        datetime(2026, 1, 1, tzinfo=ZONE),
    }


def test_a_gauge_keeps_what_it_was_last(world: World) -> None:
    for clock, value in (("03:00:00", 4), ("05:30:00", 6)):
        row = {
            "indicator": "dossier.open", "district": "148", "horizon_s": 0,
            "window_end": moment(clock), "as_of": moment(clock), "value": value,
            "numerator": value, "denominator": None, "computed_at": now(), "version": 1,
        }  # fmt: skip
        world.insert("indicators", [row])
    world.progress("dossier", 1, watermark=moment("06:00:00"))
    found = asked(world.client, "month", date(2026, 11, 1), date(2026, 11, 1))
    at = datetime(2026, 11, 20, 5, 30, tzinfo=UTC)
    key = ("dossier.open", "148", datetime(2026, 11, 1, tzinfo=ZONE))
    assert found == {key: (6.0, 0, at, 6.0, None)}


def test_one_indicator_alone_gives_the_same(told: World) -> None:
    period = "since = '2025-12-24', until = '2026-01-12', grain = 'week'"
    for indicator in ("traffic.speed_p85", "press.outlets", "dossier.on_time_share"):
        one = f"SELECT * FROM figures_of(indicator = '{indicator}', {period}) ORDER BY unit, period"
        all_ = (
            f"SELECT * FROM figures({period}) WHERE indicator = '{indicator}' ORDER BY unit, period"
        )
        found = told.client.query(one).result_rows
        assert found
        assert found == told.client.query(all_).result_rows


def test_a_reader_may_ask_and_an_unknown_grain_is_refused(told: World, rolled: Settings) -> None:
    with reader(rolled) as client:
        sql = (
            "SELECT count() FROM figures(since = '2025-12-24', until = '2026-01-12', grain = '{}')"
        )
        assert client.query(sql.format("day")).result_rows[0][0] > 0
        with pytest.raises(ClickHouseError, match="grain has to be hour, day"):
            client.query(sql.format("decade"))


def test_a_late_event_is_in_all_its_periods_at_once(
    told: World, panes: Mapping[tuple[str, str, datetime], Parts]
) -> None:
    """As in a sink: inserted rows decide what to roll up again, even the province's figures."""
    first = FIRST + timedelta(hours=13)
    late: dict[tuple[str, str, datetime], Parts] = {
        ("press", "148", first): {"events": 2, "articles": 5, "outlets": frozenset({"neu"})},
        ("traffic", "150", first + timedelta(9)): {"events": 1, "speed_kmh": {33: 4}},
    }
    for (feed, unit, at), parts in late.items():
        told.insert("panes", [pane_row(feed, unit, at, parts)])
    roll_up(
        told.client,
        [hour_of(feed, unit, int(at.timestamp()) // 60) for feed, unit, at in late],
    )
    for grain in GRAINS:
        found = asked(told.client, grain, FIRST.date(), (FIRST + timedelta(DAYS)).date())
        wanted = dict(expected({**panes, **late}, grain))
        of_both = {"press.articles", "press.outlets", "traffic.speed_p85"}
        for key, (value, *_) in wanted.items():
            if key[0] in of_both and value is not None:
                assert found[key][0] == pytest.approx(value, rel=1e-9), (grain, key)


def test_figures_of_before_are_made_once_and_again_where_some_are_missing(told: World) -> None:
    """Roll-ups of a version that had no table of figures, or of one that ended halfway."""
    period = (FIRST.date(), (FIRST + timedelta(DAYS)).date())
    whole = {grain: asked(told.client, grain, *period) for grain in GRAINS}
    assert roll_up_missing(told.client) == 0
    for lost in ("true", "grain = 'day' AND period >= '2026-01-01 00:00:00'"):
        told.delete("period_figures", lost)
        assert roll_up_missing(told.client) > 0
        assert {grain: asked(told.client, grain, *period) for grain in GRAINS} == whole
        assert roll_up_missing(told.client) == 0


def test_figures_of_another_formula_are_made_again(told: World, rolled: Settings) -> None:
    """An upgrade that changes a formula finds figures that were made by the one before."""
    period = (FIRST.date(), (FIRST + timedelta(DAYS)).date())
    whole = asked(told.client, "week", *period)
    for change in (
        "indicator_formulas UPDATE scale = 7 WHERE id = 'dossier.on_time_share'",
        "period_figures UPDATE numerator = 1 WHERE indicator = 'dossier.on_time_share'",
    ):
        told.client.command(f"ALTER TABLE {change} SETTINGS mutations_sync = 2")
    assert asked(told.client, "week", *period) != whole
    make_schema(told.client, rolled, FEEDS)
    assert asked(told.client, "week", *period) == whole
