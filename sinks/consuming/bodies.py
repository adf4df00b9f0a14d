"""Turns batches of messages into the bodies of inserts. Pure."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence

import orjson

from contracts.messages import GAUGE, PANE, PROGRESS, ROWS_HEADER, UPTO_HEADER, position
from contracts.topics import SEEN
from sinks.consuming.route import Insert, Record, RollUp, Write
from sinks.rollups.spans import Span, hour_of

_SEPARATOR = b"\n"


def one_row(record: Record) -> int:  # noqa: ARG001 - a message of any content
    """The number of rows of a message that holds one object: 1."""
    return 1


def array_rows(record: Record) -> int:
    """The number of rows of a message that holds an array: from its header, or counted."""
    for name, value in record.headers:
        if name == ROWS_HEADER:
            return int(value)
    return len(orjson.loads(record.value or b"[]"))


def arrays(table: str, records: Sequence[Record]) -> list[Insert]:
    """All elements of the messages' arrays as rows of ``table``, bytes unchanged."""
    elements = (_elements(record.value or b"[]") for record in records)
    body = _SEPARATOR.join(part for part in elements if part)
    return _inserts(table, body, sum(map(array_rows, records)))


def _elements(array: bytes) -> bytes:
    """A JSON array without its brackets; anything else unchanged, for ClickHouse to refuse."""
    text = array.strip()
    if text.startswith(b"[") and text.endswith(b"]"):
        return text[1:-1].strip()
    return text


def rejects(records: Sequence[Record]) -> list[Insert]:
    """One row per message. Columns are named, because the Base64 column itself is not stored."""
    body = _SEPARATOR.join(record.value for record in records if record.value)
    return _inserts("rejects", body, len(records), REJECT_COLUMNS)


REJECT_COLUMNS = (
    "feed",
    "topic",
    "generation",
    "partition",
    "offset",
    "reason",
    "detail",
    "raw_base64",
    "published_at",
    "rejected_at",
)


def panes(records: Sequence[Record]) -> list[Write]:
    """The newest panes, gauges and progress by key, and after the panes the roll-up of their hours.

    Progress comes last: once it is stored, so is everything that it includes.
    """
    newest = [record for record in newest_by_key(records) if record.value and record.key]
    writes: list[Write] = []
    for prefix, table in ((PANE, "panes"), (GAUGE, "gauges"), (PROGRESS, "progress")):
        told = list(_of(prefix, newest))
        writes += _inserts(table, _body(told), len(told))
        if prefix == PANE and (hours := frozenset(map(_hour, told))):
            writes.append(RollUp(hours))
    return writes


def _of(prefix: str, records: Iterable[Record]) -> Iterator[Record]:
    start = f"{prefix}|".encode()
    return (record for record in records if record.key and record.key.startswith(start))


def _body(records: Iterable[Record]) -> bytes:
    return _SEPARATOR.join(record.value or b"" for record in records)


def _hour(pane: Record) -> Span:
    """The hour of a pane, by its key. Raises ValueError if the key is not that of a pane."""
    _, feed, district, minute = (pane.key or b"").decode().split("|")
    return hour_of(feed, district, int(minute))


def state(generation: int, records: Sequence[Record]) -> list[Insert]:
    """The value, or deletion, of each changelog key with the greatest position.

    Packed ids are written in Base64. Raises UnicodeDecodeError for any other key or value that is
    not text.
    """
    newest = newest_by_key(records)
    body = _SEPARATOR.join(orjson.dumps(_state_row(generation, record)) for record in newest)
    return _inserts("state", body, len(newest))


def _state_row(generation: int, record: Record) -> dict[str, object]:
    key, value = (record.key or b"").decode(), record.value or b""
    return {
        "table_topic": record.topic,
        "partition": record.partition,
        "key": key,
        "value": (b64encode(value) if f"|{SEEN}|" in key else value).decode(),
        "deleted": record.value is None,
        "upto": _upto(record),
        "position": position(generation, record.offset),
    }


def _upto(record: Record) -> int:
    """The position of the last event that a record includes; 0 without the header."""
    return max((int(value) for name, value in record.headers if name == UPTO_HEADER), default=0)


def newest_by_key(records: Iterable[Record]) -> list[Record]:
    """The message with the greatest position of each key in each partition; of equals, the last.

    Messages without a key are all kept. The result is in order of position, then of offset: a
    partition's progress, sent last, is not stored without the messages before it, even if an
    insert is cut off.
    """
    newest: dict[tuple[str, int, bytes | int], Record] = {}
    for record in sorted(records, key=_upto):
        key = record.offset if record.key is None else record.key
        where = record.topic, record.partition, key
        newest.pop(where, None)
        newest[where] = record
    return list(newest.values())


def _inserts(table: str, body: bytes, rows: int, columns: tuple[str, ...] = ()) -> list[Insert]:
    return [Insert(table, body, rows, columns)] if body else []
