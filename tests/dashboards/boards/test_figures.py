"""Figures of SQL equal those of the contracts' formulas, worked out from the same panes."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from contracts.feed import Feed
from contracts.indicators.formulas import Figure, Span
from contracts.indicators.indicator import Indicator, Measurement
from contracts.indicators.parts import Parts, decode_parts, merged
from contracts.registry import FEEDS
from dashboards.boards.formulas import translate
from dashboards.grafana.queries import final_sql
from dashboards.grafana.times import TimeRange
from dashboards.grafana.variables import Selection
from tests.dashboards.boards.reading import built, panel_titled, statement
from tests.dashboards.seeded import Engine

DISTRICTS = ("148", "157")
HOURS = 3
ROLLING = [
    (feed, indicator) for feed in FEEDS for indicator in feed.indicators if not indicator.is_gauge
]
COMPARISON = built(*FEEDS)["ioc-so-sanh"]


def name_of(value: object) -> str:
    return value.name if isinstance(value, Feed | Indicator) else str(value)


def panes(
    engine: Engine, feed: Feed, districts: Iterable[str], start: datetime, end: datetime
) -> tuple[Parts, Span]:
    """The merge of panes, and the time from the first of them to the end of the last."""
    chosen = ", ".join(f"'{code}'" for code in districts)
    rows = engine.seeded(
        "SELECT toUnixTimestamp(pane), counts, histograms, sets FROM panes FINAL "
        f"WHERE feed = '{feed.name}' AND district IN ({chosen}) "
        f"AND pane >= toDateTime({start.timestamp():.0f}) "
        f"AND pane < toDateTime({end.timestamp():.0f})"
    ).rows
    assert rows
    parts = [
        decode_parts({"counts": counts, "histograms": histograms, "sets": sets})
        for _, counts, histograms, sets in rows
    ]
    return merged(parts), Span(min(row[0] for row in rows), max(row[0] for row in rows) + 60)


def times(engine: Engine) -> TimeRange:
    end = engine.now.astimezone(UTC).replace(second=0, microsecond=0)
    return TimeRange(end - timedelta(hours=HOURS), end)


def compared(engine: Engine, indicator: str, time: TimeRange, title: str) -> dict[str, float]:
    selections = {
        "indicator": Selection("indicator", (indicator,)),
        "district": Selection("district", DISTRICTS),
    }
    sql = statement(panel_titled(COMPARISON, title))
    answer = engine.seeded(final_sql(sql, selections, time, 60))
    code, value = answer.names.index("Địa phương"), answer.names.index("Giá trị")
    return {row[code]: row[value] for row in answer.rows}


def shown(indicator: Indicator, figure: Figure) -> object:
    """A figure as the comparison shows it: shares in percent, rounded."""
    if figure.value is None:
        return None
    factor = 100 if indicator.measurement in (Measurement.SHARE, Measurement.CHANGE) else 1
    return pytest.approx(figure.value * factor, abs=0.5001 * 10**-indicator.decimals)


@pytest.mark.parametrize(("feed", "indicator"), ROLLING, ids=name_of)
def test_districts_compared_over_a_period(engine: Engine, feed: Feed, indicator: Indicator) -> None:
    time = times(engine)
    by_name = compared(engine, feed.indicator_id(indicator), time, "${indicator:text}")
    _, span = panes(engine, feed, DISTRICTS, time.start, time.end)
    assert len(by_name) == len(DISTRICTS)
    for district in DISTRICTS:
        (name,) = engine.seeded(f"SELECT name_vi FROM units WHERE code = '{district}'").rows[0]
        parts, _ = panes(engine, feed, [district], time.start, time.end)
        assert by_name[name] == shown(indicator, indicator.formula.figure(parts, span))


@pytest.mark.parametrize(("feed", "indicator"), ROLLING, ids=name_of)
def test_districts_merged(engine: Engine, feed: Feed, indicator: Indicator) -> None:
    time = times(engine)
    found = translate(indicator.formula, str(HOURS))
    assert found is not None
    parts = ", ".join(f"{sum_} AS {alias}" for alias, sum_ in found.parts.items())
    ((value,),) = engine.seeded(
        f"SELECT {found.value} FROM (SELECT {parts} FROM panes FINAL "
        f"WHERE feed = '{feed.name}' AND district IN {DISTRICTS} "
        f"AND pane >= toDateTime({time.start.timestamp():.0f}) "
        f"AND pane < toDateTime({time.end.timestamp():.0f}))"
    ).rows
    merged_parts, _ = panes(engine, feed, DISTRICTS, time.start, time.end)
    span = Span(time.start.timestamp(), time.end.timestamp())
    assert value == pytest.approx(indicator.formula.figure(merged_parts, span).value)


def test_no_panes_give_no_data_not_zero(engine: Engine) -> None:
    time = TimeRange(datetime(2001, 1, 1, tzinfo=UTC), datetime(2001, 1, 2, tzinfo=UTC))
    for indicator in ("dossier.on_time_share", "dossier.days_p90", "dossier.received"):
        found = compared(engine, indicator, time, "${indicator:text}")
        assert list(found.values()) == [None, None]


def test_one_value_of_a_histogram_is_its_quantile(engine: Engine) -> None:
    (p90,) = (each for feed, each in ROLLING if feed.indicator_id(each) == "dossier.days_p90")
    found = translate(p90.formula, "1")
    assert found is not None
    # ten values in bin 4, of half a day each: 90 % of the way from 2 to 2.5 days
    ((value,),) = engine.seeded(
        f"SELECT {found.value} FROM (SELECT map(4::Int32, 10::Int64) "
        "AS histogram_resolved_half_days)"
    ).rows
    assert value == pytest.approx(2.45)
