"""Each offset of a batch that no parser takes is accounted for."""

from collections.abc import Sequence

import pytest

from contracts.wire.batches import HEAD_BYTES, INNER, MAGIC, OUTER, UNCOUNTED
from contracts.wire.salvage import salvaged

FIRST = 100


def batch(deltas: Sequence[int], last_delta: int, count: int | None = None) -> bytes:
    """A batch of records without keys and headers; ``deltas`` are their offsets from the first."""
    records = b""
    for delta in deltas:
        record = bytes([0, 0, 2 * delta, 1, 2]) + b"x" + b"\x00"
        records += bytes([2 * len(record)]) + record
    length = HEAD_BYTES - UNCOUNTED + len(records)
    said = len(deltas) if count is None else count
    inner = INNER.pack(0, last_delta, 0, 0, -1, -1, -1, said)
    return OUTER.pack(FIRST, length, 0, MAGIC, 0) + inner + records


@pytest.mark.parametrize("deltas", [(3, 1, 2, 3), (0, 3, 2, 3), (0, 1, 1, 3), (0, 1, 2, 4)])
def test_no_offset_is_lost_where_a_record_tells_a_wrong_one(deltas: Sequence[int]) -> None:
    records = list(salvaged(batch(deltas, 3)))
    assert [record.offset for record in records] == [100, 101, 102, 103]
    wrong = next(n for n, delta in enumerate(deltas) if delta != n)
    assert [record.fault is None for record in records] == [n < wrong for n in range(4)]


def test_what_compaction_has_removed_is_passed_over() -> None:
    records = list(salvaged(batch((0, 2), 3)))
    assert [(record.offset, record.fault) for record in records] == [(100, None), (102, None)]


@pytest.mark.parametrize(
    ("deltas", "count"), [((2, 1), 2), ((0, 3, 2), 3), ((2, 3), 1), ((), -1), ((0, 1), 0)]
)
def test_a_batch_in_which_anything_is_wrong_has_no_gaps(deltas: Sequence[int], count: int) -> None:
    """Nothing would account for the offsets of a gap."""
    records = list(salvaged(batch(deltas, 3, count)))
    assert [record.offset for record in records] == [100, 101, 102, 103]
