"""State rebuilt from accepted events alone says the same as the state that judged them."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.event import Checked
from contracts.feed import Feed
from contracts.messages import ADDED_FIELDS, position
from contracts.registry import FEEDS
from contracts.settings import Settings, load_settings
from streams.partition.progress import PROGRESS_KEY, Progress
from streams.partition.rebuilding import Rebuilding
from streams.partition.state import PartitionState
from tests.contracts.formed import formed
from tests.streams import logs
from tests.streams.partition.test_crash_points import REFERENCE

SETTINGS: Settings = load_settings(**logs.RULES)


def figures_of(feed: Feed, entries: dict[str, bytes]) -> dict[str, Any]:
    """Panes without their position, progress without what was emitted, and the gauges.

    How soon an old pane goes depends on the batches; here all go that may.
    """
    state = PartitionState(feed, SETTINGS, REFERENCE, dict(entries))
    state.panes.take_changed()
    gone = state.panes.expire(state.progress.newest_of)
    panes = {
        key: orjson.loads(payload.split(b" ", 1)[1])
        for key, payload in entries.items()
        if key.startswith("pane|") and key not in gone
    }
    progress = orjson.loads(entries[PROGRESS_KEY])
    del progress[1]
    gauges = state.gauges.take_changed(state.watermark_s)
    return {"panes": panes, "progress": progress, "gauges": gauges}


def _event(published: dict[str, Any]) -> Checked:
    return formed({name: published[name] for name in published if name not in ADDED_FIELDS})


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_it_equals_the_state_that_judged(feed: Feed, data: st.DataObject) -> None:
    log = data.draw(logs.logs(feed.name))
    state = PartitionState(feed, SETTINGS, REFERENCE, {})
    table: dict[str, bytes] = {}
    accepted: list[dict[str, Any]] = []
    for offset in range(len(log)):
        outcome = state.apply(logs.batch_of(feed.name, log, offset, offset + 1))
        accepted += logs.accepted_events(outcome)
        for key, payload in outcome.writes.items():
            table.pop(key, None) if payload is None else table.update({key: payload})
        state.panes.take_changed()
    rebuilding = Rebuilding(feed, SETTINGS, REFERENCE, -1)
    while accepted:
        count = data.draw(st.integers(1, len(accepted)))
        chunk, accepted = accepted[:count], accepted[count:]
        rebuilding.take(
            [_event(each) for each in chunk],
            [position(0, event["offset"]) for event in chunk],
            [index for index, event in enumerate(chunk) if event["late"]],
            [index for index, event in enumerate(chunk) if event.get("beyond")],
        )
    held = Progress(*orjson.loads(table[PROGRESS_KEY]))
    rebuilt = rebuilding.entries(held)
    assert figures_of(feed, rebuilt) == figures_of(feed, table)
    assert set(PartitionState(feed, SETTINGS, REFERENCE, rebuilt).panes.take_changed()) == {
        (key.split("|")[1], int(key.split("|")[2])) for key in rebuilt if key.startswith("pane|")
    }


def test_an_event_from_ahead_of_the_clock_bends_no_rebuilt_partition() -> None:
    """It is counted in its own minute; later ones of today are not too late for it."""
    feed = next(feed for feed in FEEDS if feed.name == "press")
    now_ms, far_ms = logs.START_MS, 4_070_908_800_000  # 2099-01-01
    log = [
        logs.record(
            "press", "article", at_ms, far_ms, event_id=f"{number:08d}-0000-0000-0000-{0:012d}"
        )
        for number, at_ms in enumerate((now_ms, far_ms, now_ms + 1_000, now_ms + 2_000))
    ]
    bent = PartitionState(feed, SETTINGS, REFERENCE, {})
    accepted = logs.accepted_events(bent.apply(logs.batch_of("press", log, 0, 3)))
    assert [event.get("beyond", False) for event in accepted] == [False, False, True]

    rebuilding = Rebuilding(feed, SETTINGS, REFERENCE, -1, latest_s=now_ms / 1000 + 60)
    positions = [position(0, event["offset"]) for event in accepted]
    rebuilding.take([_event(event) for event in accepted], positions, [2], [2])
    assert rebuilding.ahead_s == far_ms / 1000
    entries = rebuilding.entries(Progress(upto=position(0, 2), accepted=3))
    right = PartitionState(feed, SETTINGS, REFERENCE, entries)
    assert right.progress.newest_s == (now_ms + 1_000) / 1000
    (timely,) = logs.accepted_events(right.apply(logs.batch_of("press", log, 3, 4)))
    assert "beyond" not in timely
    minutes = {key.split("|")[2] for key in entries if key.startswith("pane|")}
    assert minutes == {str(now_ms // 60_000), str(far_ms // 60_000)}
