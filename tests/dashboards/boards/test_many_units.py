"""With the 148 units of a province without districts, no screen leaves one out unsaid."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from contracts.feed import Feed
from contracts.indicators.formulas import CountOf, GaugeOf, RatioOf
from contracts.indicators.indicator import INSTANT_S, Indicator
from contracts.registry import FEEDS
from contracts.settings import load_settings
from dashboards.boards.panels import MOST_DRAWN
from dashboards.checks.asked import default_period
from dashboards.checks.board import JSON_FOLDER, Dashboard, load_dashboards
from dashboards.checks.choices import opening
from dashboards.checks.engine import Answer, asking
from dashboards.checks.house import ZONE
from dashboards.grafana.queries import final_sql
from dashboards.grafana.times import TimeRange
from dashboards.grafana.variables import Selection
from ioc.asking.dashboard_check import seeded_clickhouse
from sinks.client import reader
from tests.dashboards.boards.reading import Json, panel_titled, panels, statement
from tests.dashboards.seeded import Engine

UNITS = 148
HOURS = 2
BOARDS = {board.uid: board for board in load_dashboards(JSON_FOLDER)}
PROVINCE = "district IN (SELECT code FROM units WHERE parent = '')"
OF_UNITS = "district IN (SELECT code FROM units WHERE parent != '')"
ADDING = [
    (feed, indicator)
    for feed in FEEDS
    for indicator in feed.headline_indicators
    if isinstance(indicator.formula, CountOf | GaugeOf | RatioOf)
]
FIRST = [(feed, feed.headline_indicators[0]) for feed in FEEDS]


def name_of(value: object) -> str:
    return value.name if isinstance(value, Feed | Indicator) else str(value)


@pytest.fixture(scope="module")
def many() -> Iterator[Engine]:
    settings = load_settings(reference="phu-tho-2025")
    with (
        seeded_clickhouse(settings, HOURS * 60) as (seeded, empty, now),
        reader(seeded) as full,
        reader(empty) as bare,
    ):
        yield Engine(seeded, asking(full), asking(bare), now)


def period_of(board: Dashboard, engine: Engine) -> TimeRange:
    return default_period(board, engine.now, ZoneInfo(ZONE))


def selected(board: Dashboard, engine: Engine) -> dict[str, Selection]:
    return opening(board, engine.seeded, period_of(board, engine))


def asked(board: Dashboard, panel: Json, engine: Engine, **chosen: str) -> Answer:
    """The answer to a panel's query as its dashboard opens, except for ``chosen``."""
    selections = selected(board, engine) | {
        name: Selection(name, (value,)) for name, value in chosen.items()
    }
    sql = final_sql(statement(panel), selections, period_of(board, engine), 300)
    return engine.seeded(sql)


def column(answer: Answer, name: str) -> list[object]:
    at = answer.names.index(name)
    return [row[at] for row in answer.rows]


def total(answer: Answer, name: str) -> float:
    return sum(value for value in column(answer, name) if isinstance(value, int | float))


def one(engine: Engine, sql: str) -> float:
    ((value,),) = engine.seeded(sql).rows
    return float(value)


def board_of(feed: Feed) -> Dashboard:
    return BOARDS[f"ioc-feed-{feed.name}"]


def in_panes(engine: Engine, feed: Feed, part: str, horizon_s: int) -> float:
    """A part of all units, the province's own too, to the end of the last figure."""
    end = one(engine, "SELECT toUnixTimestamp(max(window_end)) FROM indicators")
    return one(
        engine,
        f"SELECT sum(counts['{part}']) FROM panes FINAL WHERE feed = '{feed.name}' "
        f"AND pane >= toDateTime({end - horizon_s:.0f}) AND pane < toDateTime({end:.0f})",
    )


def last_of(feed: Feed, indicator: Indicator, units: str, horizon_s: int) -> str:
    """SQL: the sum of the last figures of these units; NULL if none is known."""
    return (
        "SELECT sum(last) FROM (SELECT value AS last FROM indicators FINAL "
        f"WHERE indicator = '{feed.indicator_id(indicator)}' AND horizon_s = {horizon_s} "
        f"AND {units} ORDER BY window_end DESC LIMIT 1 BY district)"
    )


def told_of(indicator: str) -> str:
    """SQL: the number of units that an indicator has a value of, and the province."""
    return (
        f"SELECT uniqExactIf(district, value IS NOT NULL OR {PROVINCE}) FROM indicator_latest "
        f"WHERE indicator = '{indicator}'"
    )


@pytest.mark.parametrize("uid", BOARDS)
def test_the_choice_of_units_offers_every_one(many: Engine, uid: str) -> None:
    chosen = selected(BOARDS[uid], many)
    if "district" in chosen:
        assert len(chosen["district"].options) == UNITS + 1  # and the province's own


def test_titles_name_units_as_they_are_called(many: Engine, engine: Engine) -> None:
    board = BOARDS["ioc-so-sanh"]
    assert selected(board, many)["shown"].text == "12 trong 148 xã, phường"
    assert selected(board, many)["order"].text == "kém nhất trước"
    assert selected(board, engine)["shown"].text == "cả 10 huyện, thành phố"


@pytest.mark.parametrize(("feed", "indicator"), ADDING, ids=name_of)
def test_a_tile_sums_every_unit(many: Engine, feed: Feed, indicator: Indicator) -> None:
    board = board_of(feed)
    answer = asked(board, panel_titled(board.raw, "Các địa phương được chọn"), many)
    ((value,),) = zip(column(answer, indicator.title), strict=True)
    horizon_s = feed.headline_horizon_s
    match indicator.formula:
        case CountOf(part=part, scale=scale):
            assert value == in_panes(many, feed, part, horizon_s) / scale
        case RatioOf(numerator=above, denominator=below, scale=scale) if not indicator.is_gauge:
            parts = (in_panes(many, feed, part, horizon_s) for part in (above, below))
            numerator, denominator = parts
            assert value == pytest.approx(numerator / scale / denominator)
        case _:
            ((told,),) = many.seeded(last_of(feed, indicator, PROVINCE, INSTANT_S)).rows
            assert value == told  # None if nothing is known


@pytest.mark.parametrize(("feed", "indicator"), FIRST, ids=name_of)
def test_a_ranking_has_every_unit_and_bars_its_first(
    many: Engine, feed: Feed, indicator: Indicator
) -> None:
    board = board_of(feed)
    ranking = asked(board, panel_titled(board.raw, f"Xếp hạng: {indicator.title}"), many)
    bars = asked(board, panel_titled(board.raw, f"{indicator.title} theo địa phương"), many)
    lines = asked(board, panel_titled(board.raw, f"{indicator.title} theo thời gian"), many)
    horizon_s = INSTANT_S if indicator.is_gauge else feed.headline_horizon_s
    units, count = OF_UNITS, float(UNITS)
    if feed.tells_of_province:  # the province, and who told of it
        units, count = "1", one(many, told_of(feed.indicator_id(indicator)))
    summed = one(many, last_of(feed, indicator, units, horizon_s))
    assert len(set(column(ranking, "code"))) == count
    assert total(ranking, indicator.title) == pytest.approx(summed)
    names = column(ranking, "Địa phương")[:MOST_DRAWN]
    assert column(bars, "Địa phương") == names
    assert set(column(lines, "series")) == set(names)


@pytest.mark.parametrize(("feed", "indicator"), FIRST, ids=name_of)
def test_the_comparison_has_every_unit(many: Engine, feed: Feed, indicator: Indicator) -> None:
    board = BOARDS["ioc-so-sanh"]
    chosen = feed.indicator_id(indicator)
    table, bars, lines = (
        asked(board, panel_titled(board.raw, title), many, indicator=chosen)
        for title in (
            "${indicator:text}: xếp hạng",
            "${indicator:text}",
            "${indicator:text} theo thời gian",
        )
    )
    assert len(set(column(table, "code"))) == UNITS + feed.tells_of_province
    names = column(table, "Địa phương")[:MOST_DRAWN]
    assert column(bars, "Địa phương") == names
    assert set(column(lines, "series")) == set(names)
    if isinstance(indicator.formula, CountOf):
        part = f"sum(counts['{indicator.formula.part}'])"
        held = f"SELECT {part} FROM panes FINAL WHERE feed = '{feed.name}' AND {OF_UNITS}"
        assert total(table, "Tử số") == one(many, held)


def test_the_wall_has_every_unit_and_names_the_worst(many: Engine, engine: Engine) -> None:
    board = BOARDS["ioc-tong-quan"]
    for title in ("Địa phương theo chỉ tiêu", "Bản đồ"):
        rows = asked(board, panel_titled(board.raw, title), many)
        assert len(set(column(rows, "code"))) == UNITS
    named = [name for name in column(rows, "Nhãn") if name]
    worst = asked(board, panel_titled(board.raw, "Địa phương theo chỉ tiêu"), many)
    assert sorted(named, key=str) == sorted(column(worst, "Địa phương")[:MOST_DRAWN], key=str)
    few = asked(board, panel_titled(board.raw, "Bản đồ"), engine)
    assert all(column(few, "Nhãn"))


def test_the_service_index_has_every_unit(many: Engine) -> None:
    board = BOARDS["ioc-chi-so-phuc-vu"]
    ranking = asked(board, panel_titled(board.raw, "Xếp hạng theo Bộ chỉ số"), many)
    parts = asked(board, panel_titled(board.raw, "Điểm từng thành phần"), many)
    assert len(set(column(ranking, "code"))) == UNITS
    assert len(set(column(parts, "Địa phương"))) == UNITS
    points = sum(
        value for row in parts.rows for value in row if isinstance(value, float) and value == value
    )
    assert total(ranking, "Điểm") == pytest.approx(points)


def test_lists_of_what_units_have_are_whole(many: Engine) -> None:
    board = BOARDS["ioc-feed-traffic"]
    cameras = asked(board, panel_titled(board.raw, "Theo camera"), many)
    assert len(cameras.rows) == one(many, "SELECT count() FROM cameras")


def test_every_chart_of_some_units_leads_to_all_of_them() -> None:
    for uid, board in BOARDS.items():
        for panel in panels(board.raw):
            if "${shown}" in panel["title"] and uid.startswith("ioc-feed-"):
                (link,) = panel["links"]
                assert link["url"].startswith("/d/ioc-so-sanh?var-indicator=")
