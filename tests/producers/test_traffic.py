"""Simulated cameras: flows, suspicions and their review, outages."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from contracts.messages import parse_iso
from contracts.reference.reporters import Camera
from producers.simulator import Planned, World
from producers.traffic import TrafficSimulator
from tests.producers.conftest import drawn, local_ms

MINUTE_MS = 60_000


@pytest.fixture(scope="module")
def half_hours(world: World) -> list[Planned]:
    """Half an hour at night, at the morning's peak and at noon of Tuesday 3 November 2026."""
    simulator = TrafficSimulator(world)
    starts = [local_ms(2026, 11, 3, hour) for hour in (2, 7, 12)]
    return [each for start in starts for each in drawn(simulator, start, start + 30 * MINUTE_MS)]


def of_kind(events: list[Planned], kind: str) -> list[Planned]:
    return [each for each in events if each.event["kind"] == kind]


@pytest.mark.slow  # it works for seconds
def test_mean_flow_lies_within_its_setting(world: World) -> None:
    """Every 151st slot of a fortnight: about 1,600 slots of 5 s, so 2.2 hours a camera."""
    start = local_ms(2026, 11, 2)
    events = drawn(TrafficSimulator(world), start, local_ms(2026, 11, 16), every=151)
    hours = 14 * 24 / 151
    counts = Counter(each.event["camera_id"] for each in of_kind(events, "detection"))
    bounds = {"main": (300, 1_500), "town": (500, 3_000), "local": (50, 300)}
    for camera in world.reference.cameras:
        low, high = bounds[camera.setting]
        assert 0.8 * low < counts[camera.camera_id] / hours < 1.2 * high


def test_nights_are_quiet(half_hours: list[Planned]) -> None:
    hours = Counter(each.event["occurred_at"][11:13] for each in of_kind(half_hours, "detection"))
    assert hours["19"] * 8 < hours["00"]  # 2:00 and 7:00 local time


def test_speeds_follow_the_limit(half_hours: list[Planned], world: World) -> None:
    limits = {camera.camera_id: camera.limit_kmh for camera in world.reference.cameras}
    detections = [each.event for each in of_kind(half_hours, "detection")]
    assert all(event["limit_kmh"] == limits[event["camera_id"]] for event in detections)
    shares = [event["speed_kmh"] / event["limit_kmh"] for event in detections]
    assert sum(shares) / len(shares) == pytest.approx(0.85, abs=0.015)
    assert all(round(event["speed_kmh"], 1) == event["speed_kmh"] for event in detections)


def test_each_suspicion_is_reviewed_once_some_minutes_later(half_hours: list[Planned]) -> None:
    detections = of_kind(half_hours, "detection")
    suspects = {each.event["event_id"]: each for each in detections if each.event["violation"]}
    assert len(suspects) / len(detections) == pytest.approx(0.01, abs=0.003)
    reviews = {each.event["detection_id"]: each for each in of_kind(half_hours, "review")}
    assert reviews.keys() == suspects.keys()
    for detection_id, review in reviews.items():
        suspect = suspects[detection_id]
        elapsed = parse_iso(review.event["occurred_at"]) - parse_iso(suspect.event["occurred_at"])
        assert MINUTE_MS <= elapsed <= 8 * MINUTE_MS
        assert review.publish_ms > suspect.publish_ms
        assert review.event["detected_at"] == suspect.event["occurred_at"]
        same = ("camera_id", "road", "district", "violation")
        assert all(review.event[field] == suspect.event[field] for field in same)
    confirmed = sum(each.event["review"] == "confirmed" for each in reviews.values())
    assert confirmed / len(reviews) == pytest.approx(0.85, abs=0.12)


def test_a_camera_that_is_up_beats_every_thirty_seconds(half_hours: list[Planned]) -> None:
    beats: dict[str, list[int]] = {}
    for each in of_kind(half_hours, "heartbeat"):
        beats.setdefault(each.event["camera_id"], []).append(parse_iso(each.event["occurred_at"]))
    assert len(beats) > 30
    steps = Counter(later - earlier for each in beats.values() for earlier, later in pairwise(each))
    assert steps[30_000] / steps.total() > 0.97
    assert all(step % 30_000 == 0 for step in steps)


@pytest.mark.slow  # it works for seconds
def test_a_camera_is_down_now_and_then_for_ten_minutes_to_an_hour(world: World) -> None:
    camera = world.reference.cameras[0]
    only: tuple[Camera, ...] = (camera,)
    simulator = TrafficSimulator(World(17, replace(world.reference, cameras=only)))
    start = local_ms(2026, 9, 1)
    events = drawn(simulator, start, local_ms(2026, 9, 6))
    beats = sorted(parse_iso(each.event["occurred_at"]) for each in of_kind(events, "heartbeat"))
    silences = [later - earlier for earlier, later in pairwise(beats) if later - earlier > 30_000]
    assert 1 <= len(silences) <= 10
    assert all(9 * MINUTE_MS <= silence <= 61 * MINUTE_MS for silence in silences)
    passed = [parse_iso(each.event["occurred_at"]) for each in of_kind(events, "detection")]
    gap = max(pairwise(beats), key=lambda pair: pair[1] - pair[0])
    assert not [at for at in passed if gap[0] + 30_000 < at < gap[1] - 30_000]


def test_a_plate_token_looks_like_nothing_but_a_hash(half_hours: list[Planned]) -> None:
    tokens = [each.event["plate_token"] for each in of_kind(half_hours, "detection")]
    read = [token for token in tokens if token]
    assert len(read) / len(tokens) == pytest.approx(0.93, abs=0.02)
    assert len(set(read)) == len(read)
    assert all(len(token) == 32 and set(token) <= set("0123456789abcdef") for token in read)
