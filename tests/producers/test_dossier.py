"""Simulated dossiers: whole lives, and the magnitudes of 2023."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from contracts.messages import parse_iso
from producers.dossier import DossierSimulator
from producers.simulator import Planned, World
from tests.producers.conftest import drawn, local_ms

Lives = Mapping[str, Sequence[Planned]]
CLOSING = {"resolved", "returned"}


def lives_of(events: Sequence[Planned], item: str) -> Lives:
    lives: dict[str, list[Planned]] = defaultdict(list)
    for planned in sorted(events, key=lambda each: each.publish_ms):
        lives[planned.event[item]].append(planned)
    return lives


@pytest.fixture(scope="module")
def fortnight(world: World) -> Lives:
    """Dossiers received from Monday 2 to Sunday 15 November 2026, with all that becomes of them."""
    events = drawn(DossierSimulator(world), local_ms(2026, 11, 2), local_ms(2026, 11, 16))
    return lives_of(events, "dossier_id")


def received(lives: Lives) -> list[dict[str, Any]]:
    return [life[0].event for life in lives.values()]


def closed(lives: Lives, kind: str) -> list[dict[str, Any]]:
    return [each.event for life in lives.values() for each in life if each.event["kind"] == kind]


def test_lives_are_whole_and_in_order(fortnight: Lives) -> None:
    for life in fortnight.values():
        kinds = [each.event["kind"] for each in life]
        times = [parse_iso(each.event["occurred_at"]) for each in life]
        assert kinds[0] == "received"
        assert times == sorted(times)
        assert len({each.publish_ms for each in life}) == len(life)
        assert sum(kind in CLOSING for kind in kinds) <= 1
        assert all(count == 1 for count in Counter(kinds).values())
        assert not CLOSING & set(kinds[:-1])
        assert parse_iso(life[0].event["received_at"]) == times[0]


def test_as_many_as_in_2023(fortnight: Lives) -> None:
    assert len(fortnight) == pytest.approx(14 * 1_070, rel=0.10)


def test_districts_by_population(fortnight: Lives, world: World) -> None:
    counts = Counter(event["district"] for event in received(fortnight))
    for unit in world.units.districts:
        share = unit.population / 871_704  # the districts' populations, added up by hand
        assert counts[unit.code] / len(fortnight) == pytest.approx(share, abs=0.012)


def test_kinds_and_levels(fortnight: Lives) -> None:
    total = len(fortnight)
    levels = Counter(event["level"] for event in received(fortnight))
    assert levels["province"] / total == pytest.approx(0.27, abs=0.015)
    with_fee = sum(event["fee_vnd"] > 0 for event in received(fortnight))
    assert with_fee / total == pytest.approx(0.40, abs=0.04)
    asked = closed(fortnight, "supplement_requested")
    assert len(asked) / total == pytest.approx(0.06, abs=0.01)
    assert len(closed(fortnight, "returned")) / total == pytest.approx(0.02, abs=0.005)
    resolved = closed(fortnight, "resolved")
    rated = sum(event["rating"] is not None for event in resolved)
    assert rated / len(resolved) == pytest.approx(0.35, abs=0.015)


def test_two_districts_fall_behind(fortnight: Lives) -> None:
    total: Counter[str] = Counter()
    on_time: Counter[str] = Counter()
    for event in closed(fortnight, "resolved"):
        total[event["district"]] += 1
        on_time[event["district"]] += event["occurred_at"] <= event["due_at"]
    shares = sorted(on_time[code] / total[code] for code in total)
    assert len(shares) == 10
    assert 0.83 < shares[0] < shares[1] < 0.93
    assert all(0.925 < share < 1 for share in shares[2:])


@pytest.mark.slow  # it works for seconds
def test_nine_months_leave_as_many_open_as_in_2023(world: World) -> None:
    """4.5 % open at the end; 12.3 % at provincial level, 1.6 % below (9,365 and 3,221)."""
    end = local_ms(2023, 9, 20)
    # 263 days before; every 12th slot is drawn
    events = drawn(DossierSimulator(world), local_ms(2022, 12, 31), end, every=12)
    total: Counter[str] = Counter()
    still_open: Counter[str] = Counter()
    for life in lives_of(events, "dossier_id").values():
        level = "province" if life[0].event["level"] == "province" else "below"
        total[level] += 1
        so_far = [each.event["kind"] for each in life if each.publish_ms <= end]
        still_open[level] += not CLOSING & set(so_far)
    assert total.total() == pytest.approx(281_165 / 12, rel=0.06)
    assert still_open["province"] / total["province"] == pytest.approx(0.123, abs=0.015)
    assert still_open["below"] / total["below"] == pytest.approx(0.016, abs=0.005)
    assert still_open.total() / total.total() == pytest.approx(0.045, abs=0.007)
