"""The service index: points by hand, versions by day, and a rules file whose mistakes are named."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import DataFileError
from contracts.reference.service_index import (
    SERVICE_INDEX_FILE,
    PartRule,
    load_service_index,
)
from contracts.registry import feed_named
from tests.contracts.reference.scoring import (
    PartScore,
    Score,
    band,
    in_force,
    points_of,
    score,
)

INDEX = load_service_index()
RULES = INDEX.versions[0]


def test_the_groups_are_those_of_the_decision() -> None:
    assert {group.id: group.points for group in RULES.groups} == {
        "transparency": 18,
        "progress": 20,
        "online": 12,
        "payment": 10,
        "satisfaction": 18,
        "digitisation": 22,
    }


def test_published_parts_make_up_their_published_sum() -> None:
    reached = {"a": 15.7, "b": 18.7, "c": 7.9, "d": 9.0, "e": 13.8, "f": 18.0}
    full = dict(zip(reached, (18, 20, 12, 10, 18, 22), strict=True))
    parts = [
        PartScore(PartRule(id=id_, title=id_, points=full[id_]), points)
        for id_, points in reached.items()
    ]
    found = Score(tuple(parts))
    assert found.points == pytest.approx(83.1)
    assert found.known == 100
    assert found.is_whole
    assert band(INDEX, found.points).id == "good"
    # 4.1 of 12, 4.2 of 18 and 4 of 22 points are lost
    assert found.costliest is not None
    assert found.costliest.rule.id == "e"


@pytest.mark.parametrize(
    ("points", "name"),
    [
        (100, "excellent"),
        (90, "excellent"),
        (89.99, "good"),
        (80, "good"),
        (79.9, "fair"),
        (70, "fair"),
        (69.9, "average"),
        (50, "average"),
        (49.9, "weak"),
        (0, "weak"),
    ],
)
def test_bands(points: float, name: str) -> None:
    assert band(INDEX, points).id == name


def test_below_the_threshold_points_are_in_proportion() -> None:
    assert points_of(0.4, 10, 0.8) == pytest.approx(5)
    assert points_of(0.8, 10, 0.8) == 10
    assert points_of(1.0, 10, 0.8) == 10
    assert points_of(0.0, 10, 0.8) == 0
    assert points_of(-0.1, 10, 0.8) == 0  # by retractions


def test_a_month_scored_from_its_counts() -> None:
    counts = {
        "resolved": 200,
        "resolved_on_time": 180,
        "resolved_digitised": 80,
        "received": 100,
        "received_online": 80,
        "paid": 0,
        "rated": 50,
        "satisfied": 36,
    }
    found = score(RULES, counts)
    points = {part.rule.id: part.points for part in found.parts}
    assert points == {
        "published": None,
        "on_time": pytest.approx(18),  # 90 % of 20
        "provided": None,
        "filed": 8,  # 80 % reach the threshold
        "paid_online": None,  # nothing was paid
        "satisfied": pytest.approx(14.4),  # 72 % of 90 %, of 18
        "digitised": pytest.approx(6),  # 40 % of 80 %, of 12
        "reused": None,
    }
    assert found.points == pytest.approx(46.4)
    assert found.known == 58
    assert not found.is_whole
    assert found.costliest is not None
    assert found.costliest.rule.id == "digitised"
    assert found.costliest.lost == pytest.approx(6)


def test_nothing_known_is_no_score() -> None:
    found = score(RULES, {})
    assert (found.points, found.known, found.costliest) == (0, 0, None)


def test_rates_are_of_parts_that_the_feed_makes() -> None:
    made = {measure.part for measure in feed_named(INDEX.feed).measures}
    for version in INDEX.versions:
        for part in version.parts:
            if part.measured is not None:
                assert {part.measured.numerator, part.measured.denominator} <= made


def test_rules_are_those_of_the_day() -> None:
    assert in_force(INDEX, date(2022, 6, 22)) is None
    assert in_force(INDEX, date(2022, 6, 23)) == in_force(INDEX, date(2026, 1, 1)) == RULES
    first = RULES.model_copy(update={"name": "first", "valid_to": date(2024, 12, 31)})
    second = RULES.model_copy(update={"name": "second", "valid_from": date(2025, 1, 1)})
    both = INDEX.model_copy(update={"versions": (first, second)})
    assert in_force(both, date(2024, 12, 31)) == first
    assert in_force(both, date(2025, 1, 1)) == second


def changed(tmp_path: Path, change: Any) -> Path:
    raw = json.loads(SERVICE_INDEX_FILE.read_text(encoding="utf-8"))
    change(raw)
    path = tmp_path / "index.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    return path


def without_a_point(raw: Any) -> None:
    raw["versions"][0]["groups"][0]["points"] = 17
    raw["versions"][0]["groups"][0]["parts"][0]["points"] = 17


def with_a_part_too_many(raw: Any) -> None:
    raw["versions"][0]["groups"][1]["parts"][0]["points"] = 19


def twice_at_once(raw: Any) -> None:
    raw["versions"].append(raw["versions"][0] | {"name": "again"})


def of_no_threshold(raw: Any) -> None:
    raw["versions"][0]["groups"][1]["parts"][0]["measured"]["threshold"] = 0


def with_bands_upside_down(raw: Any) -> None:
    raw["bands"].reverse()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (without_a_point, r"versions\.0: .*groups of version 2022 do not add up to 100"),
        (with_a_part_too_many, r"groups\.1: .*parts of progress do not add up"),
        (twice_at_once, "versions 2022 and again overlap"),
        (of_no_threshold, r"measured\.threshold: "),
        (with_bands_upside_down, "bands have to fall"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, change: Any, sentence: str) -> None:
    with pytest.raises(DataFileError, match=sentence):
        load_service_index(changed(tmp_path, change))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"none\.json: cannot be read"):
        load_service_index(tmp_path / "none.json")
