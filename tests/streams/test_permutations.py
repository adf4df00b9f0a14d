"""The same events in any order, some of them twice, in any batches, with any restarts.

All lie within the allowed lateness and all repeats within the filter's window. Then only the count
of late ones tells of the order they came in.
"""

from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.feed import Feed
from contracts.registry import FEEDS
from contracts.settings import load_settings
from streams.partition.state import PartitionState
from tests.streams import logs
from tests.streams.partition.test_crash_points import REFERENCE, Table, store

SETTINGS = load_settings(**(logs.RULES | {"duplicate_window": 1_000}))
HOUR_MS = 3_600_000


def run(feed: Feed, log: list[logs.Record], bounds: list[int], restarts: set[int]) -> Table:
    """Work a log through in batches; at some of their ends a new worker takes over."""
    table: Table = {}
    state = PartitionState(feed, SETTINGS, REFERENCE, table)
    for first, end in zip([0, *bounds], [*bounds, len(log)], strict=True):
        writes = state.apply(logs.batch_of(feed.name, log, first, end)).writes
        store(table, writes, len(writes))
        if end in restarts:
            state = PartitionState(feed, SETTINGS, REFERENCE, dict(table))
            if end:
                state.remember(logs.batch_of(feed.name, log, 0, end))
    return table


def panes(table: Table) -> dict[str, Any]:
    """All panes without the position that they include and without ``late``."""
    found = {}
    for key, payload in table.items():
        if key.startswith("pane|"):
            found[key] = orjson.loads(payload.split(b" ", 1)[1])
            found[key]["counts"].pop("late", None)
    return found


def gauges(feed: Feed, table: Table) -> dict[str, Any]:
    state = PartitionState(feed, SETTINGS, REFERENCE, dict(table))
    return state.gauges.take_changed(state.watermark_s)


@dataclass(frozen=True)
class Told:
    """Events once and in order, and the same otherwise: where batches end, where workers change."""

    records: list[logs.Record]
    shuffled: list[logs.Record]
    bounds: list[int]
    restarts: set[int]


@st.composite
def told(draw: st.DrawFn, feed: str) -> Told:
    records, came = [], dict[int, int]()
    for number in range(draw(st.integers(1, 12))):
        at_ms = logs.START_MS + draw(st.integers(0, HOUR_MS - 1))
        published_ms = logs.START_MS + HOUR_MS
        records.append(logs.valid_record(draw, feed, number, at_ms, came, published_ms))
    repeats = draw(st.lists(st.sampled_from(records), max_size=8))
    shuffled = draw(st.permutations([*records, *repeats]))
    ends = range(1, len(shuffled))
    bounds = sorted(draw(st.sets(st.sampled_from(ends)))) if ends else []
    restarts = set(draw(st.lists(st.sampled_from(bounds)))) if bounds else set()
    return Told(records, list(shuffled), bounds, restarts)


@pytest.mark.slow  # it works for seconds
@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
@settings(max_examples=100, deadline=None, derandomize=True)
@given(data=st.data())
def test_final_panes_and_gauges_are_the_same(feed: Feed, data: st.DataObject) -> None:
    both = data.draw(told(feed.name))
    plain = run(feed, both.records, [], set())
    other = run(feed, both.shuffled, both.bounds, both.restarts)
    assert panes(other) == panes(plain)
    assert gauges(feed, other) == gauges(feed, plain)
    counted = sum(pane["counts"].get("events", 0) for pane in panes(plain).values())
    assert counted == len(both.records)
