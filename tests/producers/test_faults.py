"""Faults: each kind occurs, differs from a good event, and replaces none."""

from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import chain, count, islice
from random import Random
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from contracts.feed import Feed
from contracts.messages import parse_iso
from contracts.registry import FEEDS
from producers.faults import MALFORMED, Faults, Message
from producers.identity import Namer
from producers.registry import SIMULATORS, simulator_of
from producers.simulator import NATURAL, Planned, World
from tests.producers.conftest import drawn, local_ms, span_ms

Malformer = Callable[[dict[str, Any], Random], bytes]
SIMULATED = [feed for feed in FEEDS if feed.name in SIMULATORS]
START = local_ms(2026, 11, 3, 8)


def with_faults(feed: str, world: World, share: float) -> dict[str, list[Message]]:
    """event_id of the good event -> its message and the faulty ones beside it."""
    faults = Faults(share, world.units, Namer(world.seed, feed))
    simulator = simulator_of(feed, world)
    events = drawn(simulator, START, START + span_ms(simulator, 5_000))
    return {each.event["event_id"]: list(faults.messages(each)) for each in events}


def group_of(feed: Feed, world: World, good: Message, extra: Message) -> str:
    """A worker's verdict on the faulty message."""
    if extra.value == good.value:
        return "duplicate"
    try:
        (event,) = feed.adapter.validate_json(b"[" + extra.value + b"]")
    except ValidationError:
        return "malformed"
    if event["district"] not in world.units.accepted:
        return "unknown_unit"
    return "ahead" if event["occurred_at"].timestamp() * 1000 > extra.publish_ms else "none"


@pytest.mark.parametrize("feed", SIMULATED, ids=lambda feed: feed.name)
def test_all_groups_about_equally_often(feed: Feed, world: World) -> None:
    messages = with_faults(feed.name, world, 0.5)
    groups = Counter(
        group_of(feed, world, good, extra)
        for good, *extras in messages.values()
        for extra in extras
    )
    assert set(groups) == {"duplicate", "malformed", "unknown_unit", "ahead"}
    assert groups.total() / len(messages) == pytest.approx(0.5, abs=0.03)
    assert all(count / groups.total() == pytest.approx(0.25, abs=0.04) for count in groups.values())


@pytest.mark.parametrize("make", MALFORMED, ids=lambda make: make.__name__)
@pytest.mark.parametrize("feed", SIMULATED, ids=lambda feed: feed.name)
def test_each_malformed_kind_is_refused(make: Malformer, feed: Feed, world: World) -> None:
    simulator = simulator_of(feed.name, world)
    slots = count(START // 1000 // simulator.slot_s * simulator.slot_s, simulator.slot_s)
    events = chain.from_iterable(simulator.events(start_s, NATURAL) for start_s in slots)
    for number, planned in enumerate(islice(events, 50)):
        value = make(planned.event, Random(number))
        with pytest.raises(ValidationError):
            feed.adapter.validate_json(b"[" + value + b"]")


def test_good_events_stay_as_they_are(world: World) -> None:
    messages = with_faults("traffic", world, 1.0)
    clean = with_faults("traffic", world, 0.0)
    assert all(len(each) == 1 for each in clean.values())
    assert {key: each[0] for key, each in messages.items()} == {
        key: each[0] for key, each in clean.items()
    }


def test_a_fault_comes_within_five_seconds_under_its_own_id(world: World) -> None:
    ids: dict[str, set[bytes]] = defaultdict(set)
    for good, *extras in with_faults("traffic", world, 0.3).values():
        for extra in extras:
            assert 0 < extra.publish_ms - good.publish_ms <= 5_000
    for message in chain.from_iterable(with_faults("traffic", world, 0.3).values()):
        event_id = loaded(message).get("event_id")
        if isinstance(event_id, str):
            ids[event_id].add(message.value)
    assert all(len(values) == 1 for values in ids.values())


def test_a_clock_ahead_is_ahead_of_the_present_also_when_the_past_is_told(world: World) -> None:
    a_year_later = START + 366 * 86_400_000
    planned = drawn(simulator_of("press", world), START, START + 21 * 86_400_000)
    faults = Faults(1.0, world.units, Namer(17, "press"))
    ahead = [
        parse_iso(event["occurred_at"])
        for each in planned
        for message in list(faults.messages(each))[1:]
        if message.key == each.key.encode()
        and (event := loaded(message))
        and "occurred_at" in event
    ]
    late = [at for at in ahead if at > planned[-1].publish_ms + 86_400_000]
    assert late
    assert all(at > a_year_later for at in late)


def loaded(message: Message) -> dict[str, str]:
    """The event of a message; empty if it is not JSON."""
    try:
        event: dict[str, str] = orjson.loads(message.value)
    except orjson.JSONDecodeError:
        return {}
    return event


def test_the_default_share_is_kept(world: World) -> None:
    faults = Faults(0.005, world.units, Namer(17, "traffic"))
    event = {"event_id": "", "district": "148", "occurred_at": "2026-11-03T01:00:00.000Z"}
    namer = Namer(17, "traffic")
    extras = 0
    for number in range(100_000):
        named = event | {"event_id": namer.event_id(str(number)), "source": "sim", "kind": "x"}
        extras += len(list(faults.messages(Planned(START, "148", named)))) - 1
    assert extras == pytest.approx(500, abs=100)
