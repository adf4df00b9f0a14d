"""Properties of every simulator."""

import hashlib
import os
import subprocess
import sys
from collections import Counter

import orjson
import pytest

from contracts.messages import parse_iso
from contracts.registry import FEEDS, feed_named
from producers.registry import SIMULATORS, simulator_of
from producers.simulator import NATURAL, Planned, World
from producers.timeline import pace_of
from tests.producers.conftest import drawn, local_ms, span_ms

FEED_NAMES = [feed.name for feed in FEEDS if feed.name in SIMULATORS]
MONDAY = local_ms(2026, 11, 2)
DAY_MS = 86_400_000


def sample(feed: str, world: World) -> list[Planned]:
    """Some thousand events, from the morning's peak on: minutes of one feed, weeks of another."""
    simulator, start = simulator_of(feed, world), MONDAY + 8 * 3_600_000
    return drawn(simulator, start, start + span_ms(simulator, 3_000))


def test_every_simulator_is_a_feed_s() -> None:
    assert set(SIMULATORS) <= {feed.name for feed in FEEDS}
    assert len(SIMULATORS) >= 4


@pytest.mark.parametrize("feed", FEED_NAMES)
def test_every_event_passes_the_contract(feed: str, world: World) -> None:
    events = sample(feed, world)
    assert len(events) > 1_000
    checked = feed_named(feed).adapter.validate_json(orjson.dumps([each.event for each in events]))
    assert {event["kind"] for event in checked} == set(feed_named(feed).kinds)
    assert {event["district"] for event in checked} <= world.units.accepted
    assert all(each.key == each.event["district"] for each in events)


@pytest.mark.parametrize("feed", FEED_NAMES)
def test_ids_are_unique(feed: str, world: World) -> None:
    ids = Counter(each.event["event_id"] for each in sample(feed, world))
    assert ids.most_common(1)[0][1] == 1


@pytest.mark.parametrize("feed", FEED_NAMES)
def test_publication_follows_occurrence_within_the_longest_life(feed: str, world: World) -> None:
    simulator = simulator_of(feed, world)
    # the weeks before Tet 2027, whose holidays stretch every life
    for start_s in range(
        local_ms(2027, 1, 22) // 1000,
        local_ms(2027, 2, 5) // 1000,
        simulator.slot_s * max(49, 29_400 // simulator.slot_s),
    ):
        for planned in simulator.events(start_s, NATURAL):
            delay = planned.publish_ms - parse_iso(planned.event["occurred_at"])
            assert delay >= 20
            assert start_s * 1000 <= planned.publish_ms
            assert planned.publish_ms - start_s * 1000 <= simulator.life_s * 1000


@pytest.mark.parametrize("feed", FEED_NAMES)
def test_slots_do_not_depend_on_the_order_they_are_drawn_in(feed: str, world: World) -> None:
    first, second = simulator_of(feed, world), simulator_of(feed, world)
    starts = [MONDAY // 1000 + 9 * 3600 + number * first.slot_s for number in range(12)]
    forward = {start: list(first.events(start, NATURAL)) for start in starts}
    backward = {start: list(second.events(start, NATURAL)) for start in reversed(starts)}
    assert forward == backward


def test_another_seed_gives_another_province(world: World) -> None:
    other = World(18, world.reference)
    mine, theirs = sample("press", world), sample("press", other)
    assert not {each.event["event_id"] for each in mine} & {
        each.event["event_id"] for each in theirs
    }


@pytest.mark.parametrize("feed", FEED_NAMES)
def test_a_rate_is_kept_at_any_hour(feed: str, world: World) -> None:
    simulator = simulator_of(feed, world)
    pace = pace_of(simulator, 1_000)
    slot_s = pace.slot_s(simulator.slot_s)
    for hour in (3, 10):
        start_s = MONDAY // 1000 + hour * 3600
        slots = range(start_s, start_s + 20, slot_s)
        count = sum(len(list(simulator.events(start, pace))) for start in slots)
        assert count / (len(slots) * slot_s) == pytest.approx(1_000, rel=0.08)


DIGEST = """
import hashlib, orjson
from contracts.settings import Settings
from producers.registry import SIMULATORS, simulator_of
from producers.simulator import NATURAL, World
world = World.load(Settings(_env_file=None))
digest = hashlib.sha256()
for feed in SIMULATORS:
    simulator = simulator_of(feed, world)
    for number in range(6):
        for planned in simulator.events(1_793_588_400 + number * simulator.slot_s, NATURAL):
            digest.update(orjson.dumps(planned.event) + str(planned.publish_ms).encode())
print(digest.hexdigest())
"""


def test_two_processes_draw_the_same_bytes(world: World) -> None:
    digests = set()
    for hash_seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        answer = subprocess.run(
            [sys.executable, "-c", DIGEST], env=environment, capture_output=True, check=True
        )
        digests.add(answer.stdout.strip())
    assert len(digests) == 1
    assert digests != {hashlib.sha256().hexdigest().encode()}
