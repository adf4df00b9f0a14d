"""Health: bounds, panes and figures by hand, coverage, weeks compared, the simulator."""

from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.event import Checked
from contracts.indicators.formulas import NO_DATA, ChangeOf, Figure, Span
from contracts.indicators.gauges import HourlyHistory, LatestTotals
from contracts.reference.known_reporters import health_units_by_district
from contracts.reference.province import load_reference
from contracts.registry import feed_named
from contracts.settings import load_settings
from producers.health import SEASONS, HealthSimulator
from producers.simulator import Planned, World
from streams.gauges.hourly import HourlyHistoryState
from streams.gauges.latest import LatestTotalsState
from streams.gauges.of_feed import FeedGauges
from tests.contracts.formed import loose
from tests.feeds.contract import Bounds, refusals
from tests.feeds.meaning import Meaning, Told, event, seconds
from tests.producers.conftest import drawn, local_ms

BOUNDS: list[Bounds] = [
    ("records", "created", [0, 100_000], [-1, 100_001, None]),
    ("records", "records_total", [0], [-1, 1.5]),
    ("vaccinations", "vaccine", ["covid19"], ["none"]),
    ("vaccinations", "doses", [0, 100_000], [-1]),
    ("cases", "disease", ["dengue"], ["plague", ""]),
    ("cases", "new_cases", [0, 100_000], [-1, 100_001]),
]


@pytest.mark.parametrize("bounds", BOUNDS, ids=lambda bounds: f"{bounds[0]}.{bounds[1]}")
def test_bounds(bounds: Bounds) -> None:
    assert refusals("health", bounds) == []


def test_panes_and_figures(meaning: Meaning) -> None:
    told = [
        Told("records", "03:00:00", {"created": 7}),
        Told("records", "03:00:01", {"created": 5}),
        Told("vaccinations", "03:00:02", {"doses": 40}),
        Told("cases", "03:00:03", {"disease": "dengue", "new_cases": 3}),
        Told("cases", "03:00:04", {"disease": "influenza", "new_cases": 4}),
        Told("cases", "03:00:05", {"disease": "dengue", "new_cases": 2}),
        Told("cases", "03:01:05", {"disease": "diarrhoea", "new_cases": 0, "district": "150"}),
        Told("cases", "03:01:06", {"disease": "chickenpox", "new_cases": 1, "district": "150"}),
    ]
    found = meaning.agree(
        "health",
        told,
        {
            ("148", "03:00"): {
                "records_created": 12,
                "doses": 40,
                "new_cases": 9,
                "new_cases_dengue": 5,
                "new_cases_influenza": 4,
            },
            ("150", "03:01"): {"new_cases": 1, "new_cases_chickenpox": 1},
        },
    )
    assert (found["records_created"].value, found["vaccinations"].value) == (12, 40)
    assert (found["new_cases"].value, found["new_cases_dengue"].value) == (10, 5)
    assert found["new_cases_hand_foot_mouth"] == Figure(0, 0)


def test_coverage_is_of_the_latest_totals() -> None:
    feed = feed_named("health")
    gauges = FeedGauges(feed, load_reference(load_settings()), 86_400, {})
    there = {"district": "150"}
    told = [
        event("health", "records", "03:00:00", unit_id="tyt-150-01", records_total=3_000, **there),
        event("health", "records", "03:02:00", unit_id="tyt-150-01", records_total=3_500, **there),
        event("health", "records", "03:01:00", unit_id="tyt-150-01", records_total=3_100, **there),
        event("health", "records", "03:00:00", unit_id="tyt-150-02", records_total=2_000, **there),
        event("health", "records", "03:00:00", unit_id="stranger", records_total=9_000, **there),
    ]
    gauges.fold(told, [seconds(each) for each in told], range(len(told)))
    parts = gauges.take_changed(0.0)["150"]
    # Đà Bắc has 55,812 inhabitants
    assert (parts["records_total"], parts["population"]) == (5_500, 55_812)
    (coverage,) = (each for each in feed.indicators if each.name == "coverage")
    value = coverage.formula.figure(parts, Span(0, 1)).value
    assert value == pytest.approx(5_500 / 55_812)


KNOWN = {"148": frozenset("ab")}
SAID = st.tuples(st.sampled_from("abz"), st.integers(0, 4), st.integers(0, 9))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(said=st.lists(SAID, min_size=1, max_size=10), data=st.data())
def test_order_repeats_and_restarts_change_no_total(
    said: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    gauge = LatestTotals(
        "unit",
        frozenset({"said"}),
        "n",
        "total",
        "whole",
        lambda _: KNOWN,
        lambda _: {"148": 50},
        10,
    )
    events: list[tuple[Checked, float]] = [
        (loose(kind="said", district="148", unit=unit, n=n), float(at + 1)) for unit, at, n in said
    ]
    table: dict[str, bytes] = {}
    for one, at_s in [*data.draw(st.permutations(events)), *events[:2]]:
        kept = LatestTotalsState(gauge, KNOWN, {"148": 50})
        kept.load(table)
        written = {key: kept.entry(key) for key in kept.fold([one], [at_s], [0])}
        table.update({key: entry for key, entry in written.items() if entry is not None})
    kept = LatestTotalsState(gauge, KNOWN, {"148": 50})
    kept.load(table)
    known = {unit for unit, _, _ in said} & set("ab")
    last = [max((at, n) for other, at, n in said if other == unit)[1] for unit in known]
    expected = {"148": {"total": sum(last), "whole": 50}} if known else {}
    assert kept.parts(0.0) == expected


def test_a_week_is_compared_with_the_week_before() -> None:
    change = ChangeOf("case_hours", days=7, fewest=10)
    now = 1_000 * 3_600.0 + 1_800  # within hour 1,000: these days begin with hour 833

    def figure(hours: dict[int, int]) -> Figure:
        return change.figure({"case_hours": hours}, Span(0.0, now))

    hours = {1_001: 99, 1_000: 10, 833: 5, 832: 8, 665: 4, 664: 99}
    assert figure(hours) == Figure(0.25, 15, 12)
    assert figure({1_000: 40, 832: 9}) == NO_DATA  # a handful says nothing
    assert figure({832: 10}) == Figure(-1.0, 0, 10)
    assert figure({}) == NO_DATA


def test_a_history_adds_up_what_events_count_once_each() -> None:
    gauge = HourlyHistory(frozenset({"cases"}), 14, field="new_cases", part="case_hours")
    told = [event("health", "cases", f"03:0{n}:00", new_cases=n) for n in (1, 4)]
    times_s = [seconds(each) for each in told]
    kept = HourlyHistoryState(gauge)
    table = {key: kept.entry(key) for key in kept.fold(told, times_s, [7, 8])}
    kept.load({key: entry for key, entry in table.items() if entry})
    assert not list(kept.fold(told, times_s, [7, 8]))
    assert kept.parts(times_s[0])["148"] == {"case_hours": {int(times_s[0]) // 3600: 5}}


def test_units_are_the_communes_stations_and_the_hospitals() -> None:
    """151 communes, a health centre in each of ten districts, the province's hospital."""
    kinds = Counter(each.kind for each in load_reference(load_settings()).health_units)
    assert kinds == {"station": 151, "hospital": 11}
    known = health_units_by_district(load_reference(load_settings()))
    assert sum(map(len, known.values())) == 162


@pytest.fixture(scope="module")
def weeks(province: World) -> list[Planned]:
    """Two weeks from Monday 2 November 2026."""
    return drawn(HealthSimulator(province), local_ms(2026, 11, 2), local_ms(2026, 11, 16))


def test_magnitudes(weeks: list[Planned]) -> None:
    sums: Counter[str] = Counter()
    totals = defaultdict(list)
    for each in weeks:
        for name in ("doses", "new_cases", "created"):
            sums[name] += each.event.get(name, 0)
        if each.event["kind"] == "records":
            totals[each.event["unit_id"]].append(each.event)
    assert len(weeks) == 14 * (151 * 2 + 11 * 5)
    # 0.45 doses per 1,000 of 871,724 inhabitants on ten working days, a tenth on four days of rest
    assert sums["doses"] == pytest.approx(871.7 * 0.45 * 10.4, rel=0.05)
    november = 12 * 1.1 + 1.6 * 1.0 + 0.6 * 1.5 + 0.8 * 0.7 + 5 * 0.8
    assert sums["new_cases"] == pytest.approx(871.7 * november * 14 / 365, rel=0.1)
    for reports in totals.values():
        assert reports[-1]["records_total"] - reports[0]["records_total"] == sum(
            each["created"] for each in reports[1:]
        )
    # 305 days after 1 January 2026: 55 % and 6 % more
    last = sum(reports[-1]["records_total"] for reports in totals.values())
    assert last / 871_724 == pytest.approx(0.61, abs=0.01)


def test_seasons_make_up_a_year() -> None:
    for months in SEASONS.values():
        assert sum(months) == pytest.approx(12, rel=0.02)
