"""Education: bounds and small cells, panes and figures by hand, who has reported, school days."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.event import Checked
from contracts.indicators.formulas import NO_DATA, Figure, NewestShareOf, Span
from contracts.indicators.gauges import Reporting
from contracts.indicators.parts import Parts
from contracts.reference.known_reporters import schools_by_district
from contracts.reference.province import load_reference
from contracts.settings import load_settings
from contracts.time.instants import checked_instant
from producers.education import EducationSimulator, is_school_day
from producers.simulator import Planned, World
from streams.gauges.senders import ReportingState
from tests.contracts.formed import loose
from tests.feeds.contract import Bounds, refusals
from tests.feeds.meaning import Meaning, Told, seconds
from tests.producers.conftest import drawn, local_ms

BOUNDS: list[Bounds] = [
    ("report", "enrolled", [10, 10_000], [9, 0, 10_001]),  # no group of fewer than ten
    ("report", "present", [0], [-1, None]),
    ("report", "excused", [0], [-1]),
    ("report", "level", ["kindergarten"], ["university"]),
    ("lessons", "lessons", [0, 1_000], [-1, 1_001]),
    ("usage", "platform", ["library"], ["other"]),
    ("incident", "affected", [None, 5], [1, 4, 0]),  # fewer than five are not named
    ("incident", "category", ["food"], ["pupil"]),
]


@pytest.mark.parametrize("bounds", BOUNDS, ids=lambda bounds: f"{bounds[0]}.{bounds[1]}")
def test_bounds(bounds: Bounds) -> None:
    assert refusals("education", bounds) == []


def test_panes_and_figures(meaning: Meaning) -> None:
    told = [
        Told("report", "03:00:00", {"enrolled": 400, "present": 380, "excused": 15}),
        Told("report", "03:00:01", {"level": "kindergarten", "enrolled": 100, "present": 90,
                                    "excused": 20}),  # no more excused than absent
        Told("report", "03:00:02", {"level": "kindergarten", "enrolled": 50, "present": 60,
                                    "excused": 2}),  # more present than enrolled
        Told("lessons", "03:00:03", {"lessons": 7}),
        Told("usage", "03:00:04", {"logins": 120}),
        Told("usage", "03:00:05", {"logins": 30}),
        Told("incident", "03:00:06"),
        Told("report", "03:01:00", {"level": "upper_secondary", "enrolled": 10, "present": 0,
                                    "excused": 0, "district": "150"}),
    ]  # fmt: skip
    found = meaning.agree(
        "education",
        told,
        {
            ("148", "03:00"): {
                "reports": 3,
                "enrolled": 550,
                "present": 520,
                "absent": 30,
                "excused": 25,
                "enrolled_primary": 400,
                "present_primary": 380,
                "enrolled_kindergarten": 150,
                "present_kindergarten": 140,
                "lessons": 7,
                "logins": 150,
                "incidents": 1,
            },
            ("150", "03:01"): {
                "reports": 1,
                "enrolled": 10,
                "absent": 10,
                "enrolled_upper_secondary": 10,
            },
        },
    )
    assert found["attendance_share"].value == pytest.approx(520 / 560)
    assert found["attendance_primary"].value == 0.95
    assert found["attendance_kindergarten"].value == pytest.approx(140 / 150)
    assert found["attendance_upper_secondary"] == Figure(0.0, 0, 10)
    assert found["attendance_lower_secondary"] == NO_DATA
    assert found["absentees"].value == 40
    assert found["excused_share"].value == pytest.approx(25 / 40)
    assert (found["lessons"].value, found["logins"].value) == (7, 150)


KNOWN = {"148": frozenset({"a", "b", "c"}), "150": frozenset({"d"})}
REPORTS = frozenset({"report"})


def gauge_state() -> ReportingState:
    return ReportingState(Reporting("school_id", REPORTS, lambda _: KNOWN), KNOWN)


def report(school: str, clock: str, kind: str = "report") -> Checked:
    at = datetime.fromisoformat(f"{clock}+07:00")
    district = "150" if school == "d" else "148"
    occurred_at = checked_instant(at.isoformat())
    return loose(kind=kind, district=district, school_id=school, occurred_at=occurred_at)


def take(into: ReportingState, *events: Checked) -> dict[str, bytes]:
    times_s = [seconds(each) for each in events]
    written = {key: into.entry(key) for key in into.fold(events, times_s, range(len(events)))}
    return {key: entry for key, entry in written.items() if entry is not None}


def test_the_newest_day_tells_who_has_reported_also_of_districts_merged() -> None:
    kept = gauge_state()
    assert kept.unheard()["150"] == {"reported": {}, "expected": 1}
    # 19 November 2026 is day 20,776; midnight in Vietnam begins the next one
    take(kept, report("a", "2026-11-19T07:10"), report("b", "2026-11-19T23:59:59.999"))
    take(kept, report("d", "2026-11-19T08:00"), report("stranger", "2026-11-19T08:00"))
    assert kept.parts(0.0)["148"] == {"reported": {20_776: 2}, "expected": 3}
    take(kept, report("a", "2026-11-20T00:00"), report("c", "2026-11-20T09:00", kind="usage"))
    assert kept.parts(0.0)["148"] == {"reported": {20_776: 1, 20_777: 1}, "expected": 3}
    share = NewestShareOf("reported", "expected")
    both: Parts = {"reported": {20_776: 2, 20_777: 1}, "expected": 4}
    assert share.figure(both, Span(0, 1)) == Figure(0.25, 1, 4)
    assert share.figure({"reported": {}, "expected": 4}, Span(0, 1)) == NO_DATA
    assert share.figure({"reported": {1: 1}}, Span(0, 1)) == NO_DATA


@settings(max_examples=100, deadline=None, derandomize=True)
@given(data=st.data())
def test_order_repeats_and_restarts_change_nothing(data: st.DataObject) -> None:
    minutes = st.tuples(st.sampled_from("abcd"), st.integers(0, 4_000))
    base = datetime.fromisoformat("2026-11-19T07:00+07:00")
    drawn_ = data.draw(st.lists(minutes, min_size=1, max_size=10))
    events = [
        report(school, (base + timedelta(minutes=at)).replace(tzinfo=None).isoformat())
        for school, at in drawn_
    ]
    table: dict[str, bytes] = {}
    for one in [*data.draw(st.permutations(events)), *events[:2]]:
        again = gauge_state()
        again.load(table)
        table.update(take(again, one))
    restarted = gauge_state()
    restarted.load(table)
    last: dict[str, int] = {}
    for school, at in drawn_:
        last[school] = max(last.get(school, 0), 20_776 + (7 * 60 + at) // 1_440)
    for district, schools in KNOWN.items():
        days = Counter(day for school, day in last.items() if school in schools)
        if days:
            assert restarted.parts(0.0)[district]["reported"] == days


def test_the_schools_of_the_province() -> None:
    schools = load_reference(load_settings()).schools
    assert len({school.school_id for school in schools}) == 520
    assert sum(school.pupils for school in schools) == 232_000
    known = schools_by_district(load_reference(load_settings()))
    assert sum(map(len, known.values())) == 520
    assert len(known) == 10


@pytest.mark.parametrize(
    ("day", "taught"),
    [
        (date(2026, 9, 4), False),
        (date(2026, 9, 7), True),  # a Monday
        (date(2026, 9, 12), False),  # a Saturday
        (date(2026, 7, 8), False),
        (date(2026, 5, 29), True),
        (date(2026, 1, 1), False),
        (date(2026, 1, 5), True),
        (date(2026, 2, 10), True),  # six days before Tết's first day off, 16 February
        (date(2026, 2, 11), False),
        (date(2026, 2, 26), False),  # six days after its last, 20 February
        (date(2026, 2, 27), True),
    ],
)
def test_school_days(day: date, taught: bool) -> None:
    assert is_school_day(day) is taught


@pytest.fixture(scope="module")
def week(province: World) -> list[Planned]:
    """From Monday 2 November 2026."""
    return drawn(EducationSimulator(province), local_ms(2026, 11, 2), local_ms(2026, 11, 9))


def test_magnitudes(week: list[Planned], province: World) -> None:
    by_kind = defaultdict(list)
    for each in week:
        by_kind[each.event["kind"]].append(each.event)
    assert len(by_kind["report"]) == pytest.approx(5 * 520 * 0.985, rel=0.01)
    assert len(by_kind["usage"]) == pytest.approx(7 * 520 * 0.7, rel=0.05)
    assert 2 <= len(by_kind["incident"]) <= 18
    enrolled = sum(event["enrolled"] for event in by_kind["report"])
    present = sum(event["present"] for event in by_kind["report"])
    assert enrolled == pytest.approx(5 * 232_000 * 0.985, rel=0.01)
    assert present / enrolled == pytest.approx(0.962, abs=0.006)
    assert all(e["excused"] <= e["enrolled"] - e["present"] for e in by_kind["report"])
    assert not [e for e in by_kind["incident"] if e["affected"] is not None and e["affected"] < 5]


def test_more_stay_away_in_the_cold_and_around_tet(province: World) -> None:
    simulator = EducationSimulator(province)

    def absent(*day: int) -> float:
        start = local_ms(*day)
        events = [each.event for each in drawn(simulator, start, start + 10 * 3_600_000)]
        reports = [event for event in events if event["kind"] == "report"]
        enrolled: int = sum(event["enrolled"] for event in reports)
        present: int = sum(event["present"] for event in reports)
        return 1 - present / enrolled

    autumn = absent(2026, 10, 7)
    assert absent(2026, 12, 9) > 1.3 * autumn
    assert absent(2026, 2, 10) > 2 * autumn
