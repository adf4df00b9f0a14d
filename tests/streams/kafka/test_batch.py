"""A record batch is read in the same way, whatever is fetched beside it."""

from collections.abc import Iterator, Sequence

import pytest

from streams.kafka.batch import MOST_AT_ONCE, FetchedBatch
from tests.fuzz import wire
from tests.fuzz.wire import Sent

RECORDS = 4
UNREADABLE = wire.sealed(RECORDS, b"no records", count=1, last_delta=0, attributes=4)
"""A batch that follows one with RECORDS records."""

TOO_LARGE = {
    "too far apart": wire.batch(0, [Sent(b"k", b"v"), *[Sent(b"k", b"v", 2**63)] * 3]),
    "ahead of all time": wire.batch(0, [Sent(b"k", b"v", 2**62)] * RECORDS, first_ms=2**62),
    "before all time": wire.batch(0, [Sent(b"k", b"v", -(2**62))] * RECORDS, first_ms=-(2**63)),
}
"""Timestamps that 64 bits do not hold, which aiokafka makes others of."""
SHUFFLED = [(0, 3, 2, 3), (0, 1, 1, 3), (0, 2, 1, 3), (1, 1, 2, 3)]


def ordered(deltas: Sequence[int]) -> bytes:
    """A batch whose records say these places of their own."""
    records = b"".join(wire.record(Sent(b"k", b"v%d" % n), at) for n, at in enumerate(deltas))
    return wire.sealed(0, records, count=len(deltas), last_delta=len(deltas) - 1)


def told(raw: bytes, size: int, since: int = 0) -> Iterator[tuple[object, ...]]:
    """Offset, timestamp, key, value of the first records, and why they can't be read."""
    last = RECORDS if raw.endswith(UNREADABLE) else RECORDS - 1
    for block in FetchedBatch("t", 0, 0, last, 0, raw).blocks(size, since):
        for n, offset in enumerate(block.offsets):
            if offset < RECORDS:
                why = block.unreadable.get(n)
                yield (offset, block.timestamps[n], block.keys[n], block.values[n], why)


@pytest.mark.parametrize(
    "raw", [*TOO_LARGE.values(), *map(ordered, SHUFFLED)], ids=[*TOO_LARGE, *map(str, SHUFFLED)]
)
@pytest.mark.parametrize("size", [1, 3, 200])
def test_a_batch_is_read_alike_alone_and_beside_one_that_is_not_to_be_read(
    raw: bytes, size: int
) -> None:
    alone = list(told(raw, size))
    assert [offset for offset, *_ in alone] == [0, 1, 2, 3]
    assert alone == list(told(raw + UNREADABLE, size))
    for since in range(RECORDS):
        assert alone[since:] == list(told(raw, size, since))


@pytest.mark.parametrize("deltas", SHUFFLED)
def test_records_that_say_wrong_places_are_refused_from_there_on(deltas: Sequence[int]) -> None:
    wrong = next(n for n, at in enumerate(deltas) if at != n)
    for offset, *_, why in told(ordered(deltas), 200):
        assert (why is not None) == (int(str(offset)) >= wrong)


def test_a_batch_of_very_many_records_is_read_too() -> None:
    """Without all of them in memory at once."""
    count = MOST_AT_ONCE + 1
    raw = wire.batch(0, [Sent(None, b"")] * count, codec=1)
    batch = FetchedBatch("t", 0, 0, count - 1, 0, raw)
    assert sum(map(len, batch.blocks(200))) == count
