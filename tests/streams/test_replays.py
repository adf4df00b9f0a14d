"""A refused event that is sent again under its place gets through the duplicate filter, once."""

from uuid import UUID

import pytest
from aiokafka.structs import ConsumerRecord

from contracts.messages import position
from contracts.reference.province import load_reference
from contracts.registry import feed_named
from contracts.replays import LogPosition, replay_header, replayed_position
from contracts.settings import Settings, load_settings
from streams.kafka.batch import batch_of
from streams.partition.state import PartitionState
from streams.verdicts.duplicates import DuplicateFilter
from tests.streams import logs

Headers = tuple[tuple[str, bytes], ...]


def replay(value: bytes) -> Headers:
    return (("trace", b"x"), ("replay-of", value))


def fetched(offset: int, headers: Headers = (), partition: int = 3) -> ConsumerRecord[bytes, bytes]:
    return ConsumerRecord("t", partition, offset, 7, 0, b"148", b"{}", None, 3, 2, headers)


def test_the_header_is_generation_partition_and_offset() -> None:
    assert replay_header(LogPosition(2, 3, 1_000)) == ("replay-of", b"2|3|1000")
    assert replayed_position([replay_header(LogPosition(2, 3, 1_000))]) == (2, 3, 1_000)


@pytest.mark.parametrize(
    "value",
    [b"", b"|", b"0|3", b"0|3|", b"0|3|-1", b"0|3|1|2", b" 0|3|1", b"0|3|1\n", b"0|3|0x1",
     b"a|b|c", "0|3|١".encode(), b"0|3|1099511627776", b"0|3|" + b"9" * 40, b"\xff|\xff|\xff"],
)  # fmt: skip
def test_a_malformed_header_is_no_replay(value: bytes) -> None:
    assert replayed_position(replay(value)) is None
    assert batch_of("t", 3, [fetched(5, replay(value))]).replays == {}


def test_a_header_without_value_is_no_replay() -> None:
    assert replayed_position([("replay-of", None)]) is None  # type: ignore[list-item] # as Kafka allows


def test_a_batch_knows_its_replays_and_keeps_them_when_it_is_cut() -> None:
    records = [
        fetched(10),
        fetched(12, replay(b"0|3|4")),
        fetched(13, (("other", b"0|3|4"),)),
        fetched(17, replay(b"0|2|4")),  # of another partition
        fetched(18, replay(b"1|3|4")),  # of another generation
    ]
    batch = batch_of("t", 3, records)
    assert batch.replays == {1: 4, 4: position(1, 4)}
    (since,) = batch.blocks(10, 11)
    assert since.replays == {0: 4, 3: position(1, 4)}
    assert [block.replays for block in batch.blocks(2, 11)] == [{0: 4}, {1: position(1, 4)}]


def test_only_the_last_place_opens_the_filter_and_only_once() -> None:
    seen = DuplicateFilter(load_settings(duplicate_window=100))
    a, b = (str(UUID(int=number)) for number in range(2))
    assert seen.repeated([a, b], [0, 0], [0, 1]) == set()
    assert seen.repeated([a], [0], [2], {0: 1}) == {0}  # names the place of b
    assert seen.repeated([a], [0], [3], {0: 0}) == {0}  # a came at 2 since
    assert seen.repeated([b, b], [0, 0], [4, 5], {0: 1, 1: 1}) == {1}


def late_log(replays: int | None) -> list[logs.Record]:
    """A fresh event, one that is two hours behind, and the latter again."""
    now_ms = logs.START_MS
    ids = [f"00000000-0000-0000-0000-00000000000{n}" for n in range(2)]
    fresh = logs.record("press", "article", now_ms, now_ms, event_id=ids[0])
    behind = logs.record("press", "article", now_ms - 7_200_000, now_ms, event_id=ids[1])
    again = logs.Record(
        behind.key, behind.value, now_ms, behind.at_ms, behind.fields, replays=replays
    )
    return [fresh, behind, again, again]


def verdicts(settings: Settings, log: list[logs.Record], *, restart: bool) -> list[str]:
    """Verdicts: the second record's under one hour's lateness, the others' under ``settings``."""
    feed, reference = feed_named("press"), load_reference(settings)
    strict = settings.model_copy(update={"lateness_h": 1})
    state = PartitionState(feed, strict, reference, {})
    outcome = state.apply(logs.batch_of("press", log, 0, 2))
    said = [str(refused.refusal.reason) for refused in outcome.refused.values()]
    if restart:
        held = {key: value for key, value in outcome.writes.items() if value is not None}
        state = PartitionState(feed, settings, reference, held)
        state.remember(logs.batch_of("press", log, 0, 2))
    outcome = state.apply(logs.batch_of("press", log, 2, 4))
    reasons = {offset: str(each.refusal.reason) for offset, each in outcome.refused.items()}
    return said + [reasons.get(offset, "accepted") for offset in (2, 3)]


LENIENT = load_settings(lateness_h=3, duplicate_window=50, kafka_partitions=1)


@pytest.mark.parametrize("replays", [1, None, position(1, 1)])
@pytest.mark.parametrize("restart", [False, True])
def test_what_is_too_late_for_panes_is_taken_once(replays: int | None, *, restart: bool) -> None:
    """A refused event could be sent again after a fix; this one was taken, so it is a duplicate."""
    said = verdicts(LENIENT, late_log(replays=replays), restart=restart)
    assert said == (["accepted", "duplicate"] if replays == 1 else ["duplicate", "duplicate"])
