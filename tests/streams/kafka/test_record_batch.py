"""Record batches are what Kafka's format asks for: aiokafka's own parser reads them."""

import pytest
from aiokafka.record.default_records import DefaultRecordBatch
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.wire.batches import batch_end, is_intact
from streams.kafka.record_batch import Record, RecordBatch, record_batches

NOW_MS = 1_795_143_600_123
TEXTS = st.none() | st.binary(max_size=300)
HEADERS = st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=70)), max_size=3)
RECORDS = st.lists(st.tuples(TEXTS, TEXTS, HEADERS), min_size=1, max_size=200)


def read(batch: RecordBatch) -> DefaultRecordBatch:
    return DefaultRecordBatch(bytes(batch._build()))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    records=RECORDS,
    most_bytes=st.sampled_from([1, 200, 2_000, 1_000_000]),
    compressed=st.booleans(),
)
def test_all_records_come_back_in_order(
    records: list[Record], most_bytes: int, compressed: bool
) -> None:
    found: list[Record] = []
    for batch in record_batches(records, NOW_MS, most_bytes, compressed=compressed):
        parsed = read(batch)
        assert parsed.validate_crc()
        held = list(parsed)
        assert len(held) == batch.record_count()
        assert compressed or len(batch._build()) <= most_bytes or len(held) == 1
        assert [record.offset for record in held] == list(range(len(held)))
        assert {record.timestamp for record in held} == {NOW_MS}
        assert (parsed.base_offset, parsed.last_offset_delta) == (0, len(held) - 1)
        assert (parsed.first_timestamp, parsed.max_timestamp) == (NOW_MS, NOW_MS)
        found += [(record.key, record.value, record.headers) for record in held]
    assert found == records


@pytest.mark.parametrize("size", [0, 63, 64, 8_191, 8_192, 20_000, 1_048_575, 1_048_576, 3_000_000])
def test_lengths_of_all_sizes_are_written(size: int) -> None:
    (batch,) = record_batches([(b"k" * size, b"v" * size, [("n", b"h" * size)])], NOW_MS, 1)
    (record,) = read(batch)
    assert (record.key, record.value) == (b"k" * size, b"v" * size)
    assert record.headers == [("n", b"h" * size)]


def test_records_that_are_alike_take_a_fifth_when_compressed() -> None:
    row = b'{"indicator":"press.articles","district":"148","horizon_s":3600,"value":%d}'
    records: list[Record] = [(b"press", row % n, []) for n in range(200)]
    (plain,) = record_batches(records, NOW_MS, 1_000_000)
    (small,) = record_batches(records, NOW_MS, 1_000_000, compressed=True)
    assert len(small._build()) < len(plain._build()) / 5


def test_no_records_make_no_batch() -> None:
    assert list(record_batches([], NOW_MS, 1_000)) == []


def test_the_producer_is_named_once_it_is_known() -> None:
    """An idempotent producer's batches say whose they are, and their number in its sequence."""
    (unnamed,) = record_batches([(b"k", b"v", [])], NOW_MS, 1_000)
    assert read(unnamed).producer_id == -1
    (batch,) = record_batches([(b"k", b"v", [])], NOW_MS, 1_000)
    batch._set_producer_state(70_000_000_000, 3, 41)
    parsed = read(batch)
    assert (parsed.producer_id, parsed.producer_epoch, parsed.base_sequence) == (
        70_000_000_000,
        3,
        41,
    )
    assert parsed.validate_crc()


def test_every_flipped_bit_of_what_the_checksum_covers_is_seen() -> None:
    (batch,) = record_batches([(b"148", b'{"a":1}', [("n", b"1")])], NOW_MS, 1_000)
    whole = bytes(batch._build())
    before = b"x" * 7
    assert is_intact(before + whole, len(before))
    assert batch_end(before + whole, len(before)) == len(before) + len(whole)
    for place in range(16, len(whole)):  # from the magic on
        for bit in range(8):
            spoilt = bytearray(whole)
            spoilt[place] ^= 1 << bit
            assert not is_intact(bytes(spoilt), 0)
    assert not is_intact(whole[:-1], 0)
