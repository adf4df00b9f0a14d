"""A part that a contract gained is unknown for the panes of before, until they are recounted."""

from dataclasses import replace
from functools import partial
from operator import is_not
from uuid import UUID

import pytest

from contracts.feed import Feed
from contracts.feeds.traffic import TRAFFIC
from contracts.indicators.measures import CountIf
from contracts.reference.province import load_reference
from contracts.settings import load_settings
from streams.gauges.state import Writes
from streams.panes.known import KnownParts
from streams.partition.state import PartitionState
from tests.streams import logs

SETTINGS = load_settings(**logs.RULES)
REFERENCE = load_reference(SETTINGS)
NEW = CountIf("motorbikes", frozenset({"detection"}), partial(is_not, None), of_field="violation")
GROWN = replace(TRAFFIC, measures=(*TRAFFIC.measures, NEW))
MINUTE = logs.START_MS // 60_000


def stored(*writes: Writes) -> dict[str, bytes]:
    table: dict[str, bytes] = {}
    for each in writes:
        table |= {key: payload for key, payload in each.items() if payload is not None}
    return table


def state_of(feed: Feed, table: dict[str, bytes]) -> PartitionState:
    return PartitionState(feed, SETTINGS, REFERENCE, table)


@pytest.fixture
def table() -> dict[str, bytes]:
    """A worker's state after an event of the contract of before."""
    log = [logs.record("traffic", "detection", logs.START_MS, logs.START_MS)]
    return stored(state_of(TRAFFIC, {}).apply(logs.batch_of("traffic", log, 0, 1)).writes)


def test_a_new_partition_knows_all_parts() -> None:
    assert state_of(GROWN, {}).known.since == {}


def test_a_part_that_was_added_is_known_from_the_next_minute_on(table: dict[str, bytes]) -> None:
    assert state_of(TRAFFIC, table).known.since == {}
    grown = state_of(GROWN, table)
    assert grown.known.since == {"motorbikes": MINUTE + 1}
    later = logs.START_MS + 600_000
    log = [
        logs.record("traffic", "detection", logs.START_MS, logs.START_MS),
        logs.record("traffic", "heartbeat", later, later, event_id=str(UUID(int=9))),
    ]
    writes = grown.apply(logs.batch_of("traffic", log, 0, 2)).writes
    again = state_of(GROWN, table | stored(writes))
    assert again.known.since == {"motorbikes": MINUTE + 1}


def test_once_recounted_it_is_known(table: dict[str, bytes]) -> None:
    grown = state_of(GROWN, table)
    writes = grown.correct({"feed": "traffic", "learnt": ["motorbikes"], "since_minute": MINUTE})
    assert grown.known.since == {"motorbikes": MINUTE}
    later = grown.correct({"feed": "traffic", "learnt": ["motorbikes"], "since_minute": MINUTE + 9})
    assert later == {}
    assert state_of(GROWN, table | stored(writes)).known.since == {"motorbikes": MINUTE}
    grown.correct({"feed": "traffic", "learnt": ["motorbikes"], "since_minute": 0})
    assert grown.known.since == {}


def test_state_of_a_version_that_did_not_say_is_taken_to_know_all(table: dict[str, bytes]) -> None:
    known = KnownParts(GROWN, {}, logs.START_MS / 1000, is_new=False)
    assert known.since == {}
    assert known.take_writes()
