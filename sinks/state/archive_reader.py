"""Reads the archive: accepted events in log order, and how far the archive is complete."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson
from clickhouse_connect.driver.client import Client

from contracts.events.event import Checked
from contracts.feed import Feed
from contracts.messages import ADDED_FIELDS, OFFSET_BITS, position
from sinks.errors import SchemaError
from sinks.schema.event_table import table_name
from sinks.schema.statements import FOLDER

CHUNK = 2_000
_ADDED = frozenset(ADDED_FIELDS)
READ_SETTINGS = {"date_time_output_format": "iso", "output_format_json_quote_64bit_integers": 0}


Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Accounted:
    """How far ClickHouse holds a partition's newest log without a gap: archived or rejected.

    ``upto`` is the last position before the first gap, or the last position of a log of an earlier
    generation, which is gone. The counts are of the log's generation.
    """

    partition: int
    upto: int
    accepted: int
    rejected: int
    duplicates: int
    late: int
    beyond: int


@dataclass(frozen=True)
class Archived:
    """Accepted events of one partition, in log order; ``late`` and ``beyond`` hold indices."""

    partition: int
    events: list[Checked]
    positions: list[int]
    late: list[int]
    beyond: list[int]


def accounted(client: Client, feed: Feed, generation: int) -> dict[int, Accounted]:
    """Partition -> how far its newest log is complete; unknown partitions are absent.

    ``generation`` is that of the current log.
    """
    sql = (FOLDER / "accounted.sql").read_text(encoding="utf-8")
    rows = client.query(
        sql.replace("{archive}", table_name(feed.name)),
        parameters={"feed": feed.name, "current": generation},
    ).result_rows
    return {
        int(partition): Accounted(
            int(partition), position(int(generation), int(upto)), *map(int, counts)
        )
        for partition, generation, upto, *counts in rows
    }


def last_ids(client: Client, feed: Feed, count: int) -> dict[int, list[str]]:
    """Partition -> the ids of its last ``count`` accepted events, newest first."""
    rows = client.query(
        "SELECT partition, groupArray(toString(event_id)) FROM (SELECT partition, event_id "
        "FROM places FINAL WHERE feed = {feed:String} "
        "ORDER BY partition, generation DESC, offset DESC LIMIT {count:UInt32} BY partition) "
        "GROUP BY partition",
        parameters={"feed": feed.name, "count": count},
    ).result_rows
    return {int(partition): list(ids) for partition, ids in rows}


def archived(client: Client, feed: Feed, upto: Mapping[int, int]) -> Iterator[Archived]:
    """The accepted events of all generations up to a position in each partition.

    Raises SchemaError for a row that the contract does not accept.
    """
    stream = client.raw_stream(
        f"SELECT * EXCEPT archived_at FROM {table_name(feed.name)} FINAL "  # noqa: S608 - a name of the registry
        f"WHERE bitShiftLeft(toUInt64(generation), {OFFSET_BITS}) + offset "
        "<= transform(partition, {partitions:Array(UInt16)}, {uptos:Array(UInt64)}, toUInt64(0)) "
        "AND partition IN {partitions:Array(UInt16)} ORDER BY generation, offset",
        parameters={"partitions": list(upto), "uptos": list(upto.values())},
        settings=READ_SETTINGS,
        fmt="JSONEachRow",
    )
    held: dict[int, list[Row]] = {partition: [] for partition in upto}
    with stream:
        for line in stream:
            row = orjson.loads(line)
            waiting = held[row["partition"]]
            waiting.append(row)
            if len(waiting) == CHUNK:
                yield _chunk(feed, row["partition"], waiting)
                waiting.clear()
    for partition, waiting in held.items():
        if waiting:
            yield _chunk(feed, partition, waiting)


def checked_events(feed: Feed, rows: Sequence[Row]) -> list[Checked]:
    """The events in rows of the archive, from which nulls and added columns were removed.

    Raises SchemaError for a row that the contract does not accept.
    """
    events, _ = feed.columns.check([feed.form.formed(row) for row in rows])
    for event, row in zip(events, rows, strict=True):
        if event is None:
            raise SchemaError(
                f"{table_name(feed.name)}, event {row['event_id']}: the contract does not accept "
                "this archived event; a contract may only gain optional fields"
            )
    return [event for event in events if event is not None]


def _chunk(feed: Feed, partition: int, rows: list[Row]) -> Archived:
    fields = [
        {name: value for name, value in row.items() if value is not None and name not in _ADDED}
        for row in rows
    ]
    return Archived(
        partition,
        checked_events(feed, fields),
        [position(row["generation"], row["offset"]) for row in rows],
        [index for index, row in enumerate(rows) if row["late"]],
        [index for index, row in enumerate(rows) if row["beyond"]],
    )
