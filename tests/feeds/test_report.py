"""Reported figures: bounds, panes by hand, vintages, change on the year, age, the simulator."""

from collections import defaultdict
from datetime import datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.event import Checked
from contracts.indicators.formulas import NO_DATA, Figure, Span
from contracts.indicators.gauges import LatestFigures
from contracts.indicators.parts import Parts, merged
from contracts.registry import feed_named
from producers.report import ReportSimulator
from producers.simulator import Planned, World
from streams.gauges.latest_figures import LatestFiguresState
from tests.feeds.contract import Bounds, refusals
from tests.feeds.meaning import Meaning, Told, event, seconds
from tests.producers.conftest import drawn, local_ms

BOUNDS: list[Bounds] = [
    ("figure", "code", ["fdi", "wan_points"], ["gdp", ""]),
    ("figure", "unit", ["percent"], ["VND"]),
    (
        "figure",
        "period",
        ["2023-01", "2026-12"],
        ["2023-13", "2023-00", "1999-01", "2023"],
    ),
    ("figure", "value", [-1e9, 0, 0.5, 1e9], [-1.1e9, 1.1e9]),
    ("figure", "plan", [None, 0, 9000.5], [-1]),
    ("figure", "as_of", ["2023-02-28"], ["2023-02-32", "2023-2-1", "28/02/2023"]),
    ("figure", "vintage", [1, 100], [0, 101, 1.5]),
    ("figure", "level", ["district"], ["commune"]),
]
REPORT = feed_named("report")
(GAUGE,) = (each for each in REPORT.gauges if isinstance(each, LatestFigures))


@pytest.mark.parametrize("bounds", BOUNDS, ids=lambda bounds: f"{bounds[0]}.{bounds[1]}")
def test_bounds(bounds: Bounds) -> None:
    assert refusals("report", bounds) == []


def test_panes(meaning: Meaning) -> None:
    told = [
        Told("figure", "03:00:00", {"vintage": 1}),
        Told("figure", "03:00:01", {"vintage": 2}),
        Told("figure", "03:00:02", {"vintage": 3}),
        Told("figure", "03:01:00", {"district": "150", "vintage": 1}),
    ]
    panes: dict[tuple[str, str], dict[str, Any]] = {
        ("148", "03:00"): {"figures": 3, "revisions": 2},
        ("150", "03:01"): {"figures": 1},
    }
    meaning.agree("report", told, panes)


def parts_of(*events: Checked, at: str = "2026-11-20T00:00:00+00:00") -> dict[str, Parts]:
    gauge = LatestFiguresState(GAUGE)
    gauge.fold(events, [seconds(each) for each in events], range(len(events)))
    return gauge.parts(datetime.fromisoformat(at).timestamp())


def figures(parts: Parts) -> dict[str, Figure]:
    return {each.name: each.formula.figure(parts, Span(0.0, 1.0)) for each in REPORT.indicators}


def test_the_newest_vintage_of_the_newest_period_counts_beside_the_year_before() -> None:
    revenue = {"code": "budget_revenue", "period": "2026-09"}
    city = parts_of(
        event("report", "figure", "03:00:00", value=4_000.0, plan=6_000, vintage=1, **revenue),
        event("report", "figure", "03:00:02", value=4_100.5, plan=6_000, vintage=2, **revenue),
        event("report", "figure", "03:00:05", value=3_900.0, plan=6_000, vintage=1, **revenue),
        event("report", "figure", "03:00:03", value=1.0, code="budget_revenue", period="2026-08"),
        event("report", "figure", "03:00:04", value=3_280.4, code="budget_revenue",
              period="2025-09", vintage=2),
        event("report", "figure", "03:00:04", value=100.0, plan=400, code="budget_revenue",
              period="2026-09", level="district", as_of="2026-09-20"),
        event("report", "figure", "03:00:00", value=6.5, plan=None, code="grdp_growth",
              period="2026-09", as_of="2026-09-30"),
    )["148"]  # fmt: skip
    other = parts_of(event("report", "figure", "03:00:00", value=50.0, plan=100, district="150",
                       code="budget_revenue", period="2026-09", level="district"))  # fmt: skip
    found = figures(merged([city, other["150"]]))
    assert found["budget_revenue"].value == pytest.approx(4_250.5)
    assert found["budget_revenue_plan_share"].value == pytest.approx(4_250.5 / 6_500)
    # only the series that has a figure of September 2025: 4,100.5 against 3,280.4
    assert found["budget_revenue_change"].value == pytest.approx(0.25)
    assert found["grdp_growth"].value == pytest.approx(0.065)
    assert found["fdi"] == found["fdi_plan_share"] == found["fdi_change"] == NO_DATA
    # 20 September is 61 days before 20 November
    assert found["oldest_days"] == Figure(61, None, 4)


def test_the_age_grows_with_the_watermark_and_is_never_below_nothing() -> None:
    one = event("report", "figure", "03:00:00", as_of="2026-11-20")
    assert parts_of(one)["148"]["age_days"] == {0: 1}
    assert parts_of(one, at="2026-11-20T17:00:00+00:00")["148"]["age_days"] == {
        1: 1
    }  # midnight there
    assert parts_of(one, at="2026-11-01T00:00:00+00:00")["148"]["age_days"] == {0: 1}
    # a date that does not exist becomes the next day: no event may stop a worker
    odd = event("report", "figure", "03:00:00", as_of="2026-02-31")
    assert parts_of(odd, at="2026-03-04T00:00:00+00:00")["148"]["age_days"] == {1: 1}


def test_what_lies_two_years_back_is_forgotten() -> None:
    gauge = LatestFiguresState(GAUGE)
    told = [
        event("report", "figure", "03:00:00", period=period)
        for period in ("2024-08", "2026-09", "2024-09", "2024-07")
    ]
    written = {key: gauge.entry(key) for key in gauge.fold(told, [1.0, 2.0, 3.0, 4.0], range(4))}
    entry = written["148"]
    assert entry is not None
    (months,) = orjson.loads(entry).values()
    assert sorted(map(int, months)) == [2024 * 12 + 8, 2026 * 12 + 8]


TOLD = st.tuples(
    st.sampled_from(("148", "150")),
    st.sampled_from(("fdi", "disbursement")),
    st.sampled_from(("2024-01", "2025-03", "2026-03", "2026-05")),
    st.integers(1, 3),
    st.integers(0, 3),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(told=st.lists(TOLD, min_size=1, max_size=10), data=st.data())
def test_order_repeats_and_restarts_change_nothing(
    told: list[tuple[str, str, str, int, int]], data: st.DataObject
) -> None:
    events = [
        event("report", "figure", f"03:00:0{second}", district=district, code=code, period=period,
              vintage=vintage, value=float(number), plan=100.0)
        for number, (district, code, period, vintage, second) in enumerate(told)
    ]  # fmt: skip
    table: dict[str, bytes] = {}
    for one in [*data.draw(st.permutations(events)), *events[:2]]:
        gauge = LatestFiguresState(GAUGE)
        gauge.load(table)
        written = {key: gauge.entry(key) for key in gauge.fold([one], [seconds(one)], [0])}
        table.update({key: entry for key, entry in written.items() if entry is not None})
    gauge = LatestFiguresState(GAUGE)
    gauge.load(table)
    parts = gauge.parts(0.0)
    assert parts == parts_of(*events, at="1970-01-01T00:00:00+00:00")
    series = defaultdict(list)
    for number, (district, code, period, vintage, second) in enumerate(told):
        series[district, code].append((period, vintage, second, number))
    for (district, code), reports in series.items():
        assert parts[district][f"{code}_value"] == max(reports)[3] * 1_000


@pytest.fixture(scope="module")
def months(province: World) -> list[Planned]:
    """From September 2025 to October 2026."""
    return drawn(ReportSimulator(province), local_ms(2025, 9, 1), local_ms(2026, 11, 1))


def test_a_month_is_first_estimated_then_revised(months: list[Planned]) -> None:
    by_period = defaultdict(list)
    for each in months:
        fields = each.event
        if fields["code"] == "budget_revenue" and fields["level"] == "province":
            by_period[fields["period"]].append(fields)
    assert len(by_period) == 15  # August 2025 only as revised, October 2026 only as estimated
    assert [each["vintage"] for each in by_period["2026-03"]] == [1, 2]
    first, revised = by_period["2026-03"]
    assert (first["as_of"], revised["as_of"]) == ("2026-03-26", "2026-03-31")
    assert first["value"] == pytest.approx(revised["value"], rel=0.1)
    assert first["value"] != revised["value"]


def test_figures_of_the_province_and_its_infrastructure(months: list[Planned]) -> None:
    events = [each.event for each in months]
    plans = [
        each["plan"]
        for each in events
        if (each["code"], each["period"], each["vintage"]) == ("budget_revenue", "2026-06", 2)
    ]
    assert len(plans) == 11  # the province's own agencies, and ten districts
    assert sum(plans) == pytest.approx(6_000 * 1.06**3)
    published = {
        "lan_share": 100,
        "computer_share_province": 98,
        "computer_share_district": 91,
        "computer_share_commune": 88,
        "tslcd_points": 63,
        "wan_points": 33,
    }
    fixed = {each["code"]: each["value"] for each in events if each["code"] in published}
    assert fixed == published
    growth = [each for each in events if each["code"] == "grdp_growth"]
    assert {each["period"][5:] for each in growth} == {"03", "06", "09", "12"}
    assert {each["district"] for each in growth} == {"17"}
