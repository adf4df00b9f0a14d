"""Record batches in the sink's client, and the private names that this needs."""

import inspect
import pkgutil
import re
from collections.abc import Sequence
from typing import Any

import pytest

from sinks.kafka_records import INTERNALS, NOT_INTACT, UNREADABLE, AnyRecords, fault_of
from tests.fuzz import wire
from tests.fuzz.wire import Sent

PRIVATE = [(owner, name) for owner, names in INTERNALS.items() for name in names]


@pytest.mark.parametrize(("owner", "name"), PRIVATE)
def test_a_private_name_in_use_is_still_there(owner: str, name: str) -> None:
    held = pkgutil.resolve_name(owner)
    is_set = inspect.isclass(held) and re.search(rf"self\.{name} = ", inspect.getsource(held))
    assert is_set or hasattr(held, name)


def read(*batches: bytes) -> list[Any]:
    records = AnyRecords(b"".join(batches))
    found: list[Any] = []
    while (batch := records.next_batch()) is not None:
        found += list(batch)
    return found


def faults(records: Sequence[Any]) -> list[str | None]:
    return [fault_of(record.headers) for record in records]


@pytest.mark.parametrize("codec", range(5))
def test_headers_of_any_bytes_are_read(codec: int) -> None:
    headers = [(b"\xff\xfe", b"1"), (b"n", None), (b"", b"\xff")]
    sent = [Sent(b"a", b"1"), Sent(None, b"2", headers=headers), Sent(b"c", None)]
    records = read(wire.batch(7, sent, codec=codec))
    assert [(each.offset, each.key, each.value) for each in records] == [
        *((7, b"a", b"1"), (8, None, b"2"), (9, b"c", None))
    ]
    assert records[1].headers == [("\ufffd\ufffd", b"1"), ("n", b""), ("", b"\xff")]
    assert faults(records) == [None] * 3


def test_no_name_out_of_a_message_tells_that_it_can_not_be_read() -> None:
    (record,) = read(wire.batch(0, [Sent(b"a", b"1", headers=[(UNREADABLE.encode(), b"x")])]))
    assert record.headers == [(UNREADABLE, b"x")]
    assert faults([record]) == [None]


def test_what_can_not_be_read_is_told_and_what_comes_behind_it_is_read() -> None:
    broken = wire.sealed(0, b"no records", count=2, last_delta=1, attributes=4)
    records = read(broken, wire.batch(2, [Sent(b"a", b"1")]))
    assert [each.offset for each in records] == [0, 1, 2]
    said = "its batch: its records are no zstd (ZstdError)"
    assert faults(records) == [said, said, None]


def test_a_wrong_checksum_is_told_once_for_its_batch() -> None:
    spoilt = bytearray(wire.batch(0, [Sent(b"a", b"1"), Sent(b"b", b"2")]))
    spoilt[-3] ^= 1
    records = read(bytes(spoilt), wire.batch(2, [Sent(b"a", b"1")]))
    assert [each.offset for each in records] == [0, 2]
    assert faults(records) == [NOT_INTACT, None]


@pytest.mark.parametrize("deltas", [(0, 3, 2), (1, 1, 2), (0, 1, 9)])
def test_each_offset_is_told_once_where_records_say_wrong_ones(deltas: Sequence[int]) -> None:
    records = b"".join(wire.record(Sent(b"a", b"1"), delta) for delta in deltas)
    found = read(wire.sealed(5, records, count=3, last_delta=2), wire.batch(8, [Sent(b"a", b"1")]))
    assert [each.offset for each in found] == [5, 6, 7, 8]
    assert faults(found)[-1] is None
