"""The load of benchmarks: real events, a valid mix, skewed districts, and variants."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from benchmarks.case import IN_WINDOWS, RATE
from benchmarks.load import START_MS, messages
from benchmarks.peer_runs import measured
from benchmarks.peers.job import CHECKS, Reading, counted, not_ahead, occurred
from benchmarks.variants import (
    district_codes,
    lightened,
    padded,
    reference_files,
    spread,
    stretched,
)
from contracts.messages import parse_iso
from contracts.reference.province import load_reference
from contracts.registry import feed_named
from contracts.settings import load_settings
from contracts.topics import DAY_MS
from producers.faults import Message

COUNT = 2_000
CODES = load_reference(load_settings()).units.codes


def test_without_faults_every_event_passes_the_contract_and_no_id_stands_twice() -> None:
    told = list(messages("traffic", COUNT, fault_share=0))
    values = [message.value for message in told]
    events = feed_named("traffic").adapter.validate_json(b"[" + b",".join(values) + b"]")
    assert len(events) == COUNT
    assert len({event["event_id"] for event in events}) == COUNT
    assert all(message.key.decode() == orjson.loads(message.value)["district"] for message in told)


def test_ten_districts_and_the_largest_has_more_than_twice_its_share() -> None:
    seen = Counter(message.key.decode() for message in messages("traffic", COUNT, fault_share=0))
    assert set(seen) == CODES
    assert len(CODES) == 10
    assert seen.most_common(1)[0][1] > 2 * COUNT / 10


def test_where_each_good_event_has_a_faulty_one_half_is_not_to_be_counted() -> None:
    # Ten a second: a faulty one follows its good one within 5 s, and few are cut off at the end.
    values = [message.value for message in messages("traffic", COUNT, 10, fault_share=1)]
    # Beside each good one: cut off or changed, of no known district, ahead, or the same again.
    assert sum(map(_counts, dict.fromkeys(values))) == pytest.approx(COUNT / 2, rel=0.05)


def _counts(value: bytes) -> bool:
    try:
        (event,) = feed_named("traffic").adapter.validate_json(b"[" + value + b"]")
    except ValueError:
        return False
    is_ahead = event["occurred_at"].timestamp() * 1000 > START_MS + DAY_MS
    return event["district"] in CODES and not is_ahead


def test_spread_over_700_districts_a_tenth_of_them_has_a_third_of_the_events(
    tmp_path: Path,
) -> None:
    files = reference_files(tmp_path, 700)
    reference = load_reference(load_settings(reference=files["IOC_REFERENCE"]))
    codes = district_codes(700)
    assert reference.units.codes == set(codes)
    told = list(spread(messages("traffic", COUNT, fault_share=0), codes))
    assert {_field(message, "district") for message in told} <= set(codes)
    assert all(message.key.decode() == _field(message, "district") for message in told)
    in_a_tenth = sum(message.key.decode() in codes[:70] for message in told)
    assert in_a_tenth == pytest.approx(COUNT * 0.316, rel=0.1)  # 0.1 ** (1 / 2)


def test_stretched_the_same_events_lie_over_a_longer_time_and_none_lies_ahead() -> None:
    told = list(messages("traffic", COUNT, 1_000, fault_share=0))
    longer = list(stretched(told, 60))
    span_ms = told[-1].publish_ms - told[0].publish_ms
    assert longer[-1].publish_ms - longer[0].publish_ms == pytest.approx(60 * span_ms, abs=60)
    for before, after in zip(told, longer, strict=True):
        lag_ms = before.publish_ms - parse_iso(_field(before, "occurred_at"))
        assert after.publish_ms - parse_iso(_field(after, "occurred_at")) == lag_ms
        assert _field(after, "event_id") == _field(before, "event_id")


def test_padded_an_event_is_larger_and_says_the_same() -> None:
    told = list(messages("traffic", 50, fault_share=0))
    for before, after in zip(told, padded(told, 4_000), strict=True):
        assert len(after.value) == 4_000
        assert orjson.loads(after.value) == orjson.loads(before.value)


def test_lightened_detections_are_heartbeats_of_their_cameras_with_0_2_kb_each() -> None:
    told = list(messages("traffic", COUNT, fault_share=0))
    values = [message.value for message in lightened(told)]
    assert sum(map(len, values)) / COUNT == pytest.approx(210, rel=0.05)
    events = feed_named("traffic").adapter.validate_json(b"[" + b",".join(values) + b"]")
    assert {event["kind"] for event in events} == {"heartbeat"}
    for message, event in zip(told, events, strict=True):
        assert event["event_id"] == _field(message, "event_id")
        assert event["camera_id"] == _field(message, "camera_id")


def test_peers_that_check_as_the_worker_does_find_the_same_as_with_the_models() -> None:
    values = [message.value for message in messages("traffic", COUNT, 10, fault_share=0.3)]
    alone, together = CHECKS["models"](values), CHECKS["columns"](values)
    assert 0 < alone.count(None) < COUNT / 4
    assert [_seen(reading) for reading in alone] == [_seen(reading) for reading in together]


def _seen(reading: Reading | None) -> object:
    """A reading with its time as an instant."""
    return reading and (occurred(reading), *reading[2:], reading[0])


def _field(message: Message, name: str) -> str:
    return str(orjson.loads(message.value)[name])


@pytest.mark.parametrize("check", CHECKS)
def test_peers_refuse_what_is_too_far_ahead(check: str) -> None:
    """One event dated a year ahead would make those with a watermark drop all that follows."""
    told = list(messages("traffic", COUNT, 10, fault_share=1))
    values = [message.value for message in told]
    until = datetime.fromtimestamp(told[-1].publish_ms / 1000 + 60, UTC)
    readings = [each for each in CHECKS[check](values) if each is not None]
    within = [each for each in not_ahead(CHECKS[check], until)(values) if each is not None]
    ahead = [each for each in readings if occurred(each) > until]
    assert ahead
    assert len(within) == len(readings) - len(ahead) == counted(values, until)


def test_a_peer_that_holds_other_events_is_wrong_and_not_fast() -> None:
    assert measured("x", {RATE: 80_000, IN_WINDOWS: 10}, 10).figures[RATE] == 80_000
    wrong = measured("x", {RATE: 80_000, IN_WINDOWS: 9}, 10)
    assert wrong.name == "x: WRONG"
    assert wrong.figures == {IN_WINDOWS: 9, "models count": 10}
