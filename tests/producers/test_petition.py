"""Simulated petitions: whole lives, limits in working days, and who falls behind."""

from collections import Counter

import pytest

from contracts.messages import parse_iso
from producers.petition import PetitionSimulator
from producers.simulator import World
from tests.producers.conftest import drawn, local_ms
from tests.producers.test_dossier import Lives, lives_of


@pytest.fixture(scope="module")
def quarter(world: World) -> Lives:
    """Petitions of 13 weeks from Monday 31 August 2026, with all that becomes of them."""
    events = drawn(PetitionSimulator(world), local_ms(2026, 8, 31), local_ms(2026, 11, 30))
    return lives_of(events, "petition_id")


def test_lives_are_whole_and_in_order(quarter: Lives) -> None:
    for life in quarter.values():
        kinds = [each.event["kind"] for each in life]
        assert kinds == sorted(kinds, key=_step)
        assert (kinds == ["received", "refused"]) is ("refused" in kinds)
        if "refused" not in kinds:
            assert {"received", "assigned", "answered", "published"} <= set(kinds)
        assert len(set(kinds)) == len(kinds)
        assert {each.event["received_at"] for each in life} == {life[0].event["occurred_at"]}


def _step(kind: str) -> int:
    """An answer may be rated before it is published."""
    order = "received", "refused", "assigned", "supplement_requested", "answered"
    return order.index(kind) if kind in order else len(order)


def test_magnitudes(quarter: Lives, world: World) -> None:
    total = len(quarter)
    assert total == pytest.approx(13 * 7 * 40, rel=0.06)
    kinds = Counter(each.event["kind"] for life in quarter.values() for each in life)
    assert kinds["refused"] / total == pytest.approx(0.07, abs=0.015)
    assert kinds["supplement_requested"] / kinds["answered"] == pytest.approx(0.09, abs=0.02)
    assert kinds["rated"] / kinds["answered"] == pytest.approx(0.38, abs=0.03)
    districts = Counter(life[0].event["district"] for life in quarter.values())
    assert len(districts) == 10
    seat = next(unit for unit in world.units.districts if unit.kind == "city")
    assert districts.most_common(1)[0][0] == seat.code
    assert districts[seat.code] / total > 1.3 * seat.population / 871_724


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # 15 working days after Monday 31 August 2026, of which National Day takes two
        ("2026-08-31", "2026-09-23T10:00:00.000Z"),
        ("2026-11-02", "2026-11-23T10:00:00.000Z"),  # three weeks without a holiday
    ],
)
def test_limits_are_working_days(quarter: Lives, received: str, due: str) -> None:
    firsts = [life[0].event for life in quarter.values()]
    found = {
        event["due_at"]
        for event in firsts
        if event["occurred_at"][:10] == received and event["occurred_at"][11:13] < "10"
    }
    assert found == {due}


def test_two_districts_fall_behind_and_late_answers_please_less(quarter: Lives) -> None:
    total: Counter[str] = Counter()
    on_time: Counter[str] = Counter()
    ratings: dict[bool, list[int]] = {True: [], False: []}
    for life in quarter.values():
        events = {each.event["kind"]: each.event for each in life}
        if answer := events.get("answered"):
            is_on_time = parse_iso(answer["occurred_at"]) <= parse_iso(answer["due_at"])
            total[answer["district"]] += 1
            on_time[answer["district"]] += is_on_time
            if "rated" in events:
                ratings[is_on_time].append(events["rated"]["rating"])
    shares = sorted(on_time[code] / total[code] for code in total)
    assert shares[1] < 0.94 < shares[-1]
    prompt, belated = (sum(ratings[key]) / len(ratings[key]) for key in (True, False))
    assert prompt == pytest.approx(4.11, abs=0.1)  # 5×.46 + 4×.31 + 3×.14 + 2×.06 + 1×.03
    assert belated < 3.3
