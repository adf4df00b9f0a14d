"""The messages of a partition, field by field as the topics' table says."""

import base64

import orjson

from contracts.settings import load_settings
from streams.partition.accepted import chunks
from streams.partition.messages import (
    gauge_message,
    pane_message,
    progress_message,
    reject_messages,
)
from tests.contracts.formed import loose
from tests.streams import logs
from tests.streams.partition.test_state import state_over

NOW_MS = logs.START_MS + 1_234
NOW = "2026-11-20T03:00:01.234Z"


def test_accepted_events_are_one_array_and_none_are_no_message() -> None:
    events = [loose(offset=n) for n in range(1_000)]
    ((count, array),) = chunks(events)
    assert count == 1_000
    assert [each["offset"] for each in orjson.loads(array)] == [*range(1_000)]
    assert list(chunks([])) == []


def test_large_events_come_in_smaller_chunks_and_one_alone_as_it_is() -> None:
    """A message may hold 2 MB: of 40 events of 0.1 MB ten at a time come below half of that."""
    events = [loose(offset=n, text="x" * 99_000) for n in range(40)]
    found = list(chunks([*events, loose(offset=40, text="y" * 1_100_000)]))
    assert all(len(chunk) <= 1_000_000 for size, chunk in found if size > 1)
    assert [size for size, chunk in found if len(chunk) > 1_000_000] == [1]
    assert [each["offset"] for _, chunk in found for each in orjson.loads(chunk)] == [*range(41)]
    assert all(size == len(orjson.loads(chunk)) for size, chunk in found)


def test_rejects_carry_place_reason_and_bytes() -> None:
    bad = b'{"road":"\xff\x00"}'
    at_ms = logs.START_MS
    log = [
        logs.record("press", "article", at_ms, at_ms),
        logs.Record(b"148", bad, at_ms + 7, at_ms, {}),
        logs.Record(b"148", None, at_ms + 8, at_ms, {}),
    ]
    outcome = state_over("press", {}).apply(logs.batch_of("press", log, 0, 3))
    first, second = reject_messages("press", 5, outcome, NOW_MS)
    assert (first.key, second.key) == ("press|0|1", "press|0|2")
    row = orjson.loads(first.value)
    assert base64.b64decode(row.pop("raw_base64")) == bad
    assert row.pop("detail")
    assert row == {
        "feed": "press",
        "topic": "ioc.events.press.v1",
        "generation": 5,
        "partition": 0,
        "offset": 1,
        "reason": "malformed",
        "published_at": "2026-11-20T03:00:00.007Z",
        "rejected_at": NOW,
    }
    assert orjson.loads(second.value)["raw_base64"] == ""


def test_a_pane() -> None:
    parts = b'{"counts":{"n":1},"histograms":{},"sets":{}}'
    message = pane_message("press", ("148", logs.START_MS // 60_000), 42, parts, NOW_MS)
    assert message.key == "pane|press|148|29919060"
    assert orjson.loads(message.value) == {
        "feed": "press",
        "district": "148",
        "pane": "2026-11-20T03:00:00.000Z",
        "version": 42,
        "counts": {"n": 1},
        "histograms": {},
        "sets": {},
        "emitted_at": NOW,
    }


def test_a_gauge() -> None:
    message = gauge_message("press", "148", 5, 99, {"hours": {7: 1}, "open": 2}, NOW_MS)
    assert message.key == "gauge|press|148"
    assert orjson.loads(message.value) == {
        "feed": "press",
        "district": "148",
        "version": 5,
        "as_of_ms": 99,
        "emitted_at": NOW,
        "counts": {"open": 2},
        "histograms": {"hours": {"7": 1}},
        "sets": {},
    }


def test_progress() -> None:
    settings = load_settings(**logs.RULES, generation=2)
    state = state_over("press", {}, settings)
    at_ms = logs.START_MS + 30_250
    log = [
        logs.record("press", "article", at_ms, at_ms),
        logs.record("press", "article", at_ms, at_ms),
        logs.Record(b"148", b"{", at_ms, at_ms, {}),
    ]
    state.apply(logs.batch_of("press", log, 0, 3))
    message = progress_message("press", 2, 3, state, state.watermark_s, NOW_MS)
    assert message.key == "progress|press|3"
    assert orjson.loads(message.value) == {
        "feed": "press",
        "generation": 2,
        "partition": 3,
        "version": 2 * 2**40 + 2,
        "newest": "2026-11-20T03:00:30.250Z",
        "watermark": "2026-11-20T03:00:25.250Z",  # 5 s of disorder
        "accepted": 1,
        "rejected": 1,
        "duplicates": 1,
        "late": 0,
        "beyond": 0,
        "known_since": {},
        "emitted_at": NOW,
    }


def test_a_state_without_events_has_no_watermark() -> None:
    state = state_over("press", {})
    assert (state.watermark_s, state.next_offset, state.progress.upto) == (0.0, 0, -1)
