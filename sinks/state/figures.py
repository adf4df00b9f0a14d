"""Reads panes and events of a past in order of time, and writes the figures derived from them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import orjson
from clickhouse_connect.driver.client import Client

from contracts.events.event import Checked
from contracts.feed import Feed
from contracts.indicators.parts import Parts, decode_parts, encode_parts
from contracts.messages import ADDED_FIELDS, IndicatorRow
from contracts.time.instants import epoch_ms
from sinks.schema.event_table import table_name
from sinks.state.archive_reader import CHUNK, READ_SETTINGS, Row, checked_events

ROWS_AN_INSERT = 20_000
SORTED_ON_DISK = {**READ_SETTINGS, "max_bytes_before_external_sort": 200_000_000}
WRITE_SETTINGS = {
    "async_insert": 0,
    "date_time_input_format": "best_effort",
    "max_partitions_per_insert_block": 0,
}
_PANES = (
    "SELECT intDiv(toUnixTimestamp(pane), 60) AS minute, district, counts, histograms, sets"
    " FROM panes FINAL WHERE feed = {feed:String} ORDER BY pane, district"
)
_CLOSING = (
    "INSERT INTO progress (feed, generation, partition, version, newest, watermark, accepted,"
    " rejected, duplicates, late, emitted_at) SELECT feed, generation, partition, version, newest,"
    " fromUnixTimestamp64Milli({newest_ms:Int64}, 'UTC'), accepted, rejected, duplicates, late,"
    " now64(3) FROM progress FINAL"
    " WHERE feed = {feed:String} AND generation = {generation:UInt32}"
)
_REACHED = (
    "SELECT toString(district), max(version)"
    " FROM (SELECT DISTINCT district, partition FROM {}) AS told"
    " JOIN progress USING (partition)"
    " WHERE progress.feed = {{feed:String}} GROUP BY district"
)
"""District -> the position up to which its partition was processed."""
_OF_FEED = "indicator IN {indicators:Array(String)}"


class StoredPane(NamedTuple):
    """A pane; ``minute`` counts from 1970."""

    minute: int
    district: str
    parts: Parts


class StoredEvent(NamedTuple):
    """An archived event with the time when it occurred (ms since 1970)."""

    at_ms: int
    event: Checked


def panes_in_time(client: Client, feed: Feed) -> Iterator[StoredPane]:
    """All panes of a feed, in order of their minute."""
    for row in _rows(client, _PANES, {"feed": feed.name}):
        yield StoredPane(int(row["minute"]), row["district"], decode_parts(row))


def events_in_time(client: Client, feed: Feed) -> Iterator[StoredEvent]:
    """All archived events of a feed, in order of their time.

    Raises SchemaError for a row that the contract does not accept.
    """
    added = ", ".join((*ADDED_FIELDS, "archived_at"))
    sql = f"SELECT * EXCEPT ({added}) FROM {table_name(feed.name)} FINAL"  # noqa: S608 - names of the registry
    chunk: list[Row] = []
    for row in _rows(client, f"{sql} ORDER BY occurred_at, event_id", {}):
        chunk.append({name: value for name, value in row.items() if value is not None})
        if len(chunk) == CHUNK:
            yield from _checked(feed, chunk)
            chunk.clear()
    yield from _checked(feed, chunk)


def newest_event_ms(client: Client, feed: Feed) -> int:
    """The time (ms since 1970) of the newest archived event; 0 where there is none."""
    sql = f"SELECT toUnixTimestamp64Milli(max(occurred_at)) FROM {table_name(feed.name)}"  # noqa: S608 - a name of the registry
    return int(client.query(sql).result_rows[0][0])


def count_figures(client: Client, feed: Feed, as_of_ms: int) -> int:
    """How many of the newest figures of all units are as of exactly that time (ms since 1970)."""
    rows = client.query(
        f"SELECT count() FROM indicator_latest WHERE {_OF_FEED}"  # noqa: S608 - a constant
        " AND as_of = fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')",
        {"indicators": _ids(feed), "as_of_ms": as_of_ms},
    ).result_rows
    return int(rows[0][0])


def write_figures(client: Client, pages: Iterable[Sequence[IndicatorRow]]) -> Iterator[int]:
    """Insert the rows in large pieces; yield the number of rows after each."""
    held: list[IndicatorRow] = []
    for page in pages:
        held.extend(page)
        if len(held) >= ROWS_AN_INSERT:
            yield _insert(client, held)
            held.clear()
    if held:
        yield _insert(client, held)


def forget_figures(client: Client, feed: Feed) -> None:
    """Delete the history of a feed's figures. Raises ClickHouseError if the user may not."""
    names = {"indicators": _ids(feed)}
    counting = f"SELECT count() FROM indicators WHERE {_OF_FEED}"  # noqa: S608 - a constant
    ((count,),) = client.query(counting, names).result_rows
    if count:
        settings = {"mutations_sync": 2}
        client.command(f"ALTER TABLE indicators DELETE WHERE {_OF_FEED}", names, settings=settings)


def close_progress(client: Client, feed: Feed, generation: int, newest_ms: int) -> None:
    """Set the watermark of each partition to the time of the last event (ms since 1970)."""
    client.command(
        _CLOSING,
        {"feed": feed.name, "generation": generation, "newest_ms": newest_ms},
    )


def write_gauges(client: Client, feed: Feed, as_of_ms: int, gauges: Mapping[str, Parts]) -> None:
    """Store the gauges of districts as of the watermark set by ``close_progress`` (ms since 1970).

    The gauges that workers emitted are as of the last event of each partition.
    """
    reached = client.query(_REACHED.format(table_name(feed.name)), {"feed": feed.name})
    versions = {str(district): int(version) for district, version in reached.result_rows}
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    rows = [
        {
            "feed": feed.name,
            "district": district,
            "version": versions[district],
            "as_of_ms": as_of_ms,
            "emitted_at": now,
            **encode_parts(parts),
        }
        for district, parts in gauges.items()
        if district in versions
    ]
    if rows:
        body = b"\n".join(map(orjson.dumps, rows))
        client.raw_insert("gauges", None, body, settings=WRITE_SETTINGS, fmt="JSONEachRow")


def _rows(client: Client, sql: str, parameters: dict[str, str]) -> Iterator[Row]:
    stream = client.raw_stream(
        sql, parameters=parameters, settings=SORTED_ON_DISK, fmt="JSONEachRow"
    )
    with stream:
        for line in stream:
            yield orjson.loads(line)


def _checked(feed: Feed, rows: Sequence[Row]) -> Iterator[StoredEvent]:
    for event in checked_events(feed, rows):
        yield StoredEvent(epoch_ms(event["occurred_at"]), event)


def _insert(client: Client, rows: Collection[IndicatorRow]) -> int:
    body = b"\n".join(map(orjson.dumps, rows))
    client.raw_insert("indicators", None, body, settings=WRITE_SETTINGS, fmt="JSONEachRow")
    return len(rows)


def _ids(feed: Feed) -> list[str]:
    return [feed.indicator_id(indicator) for indicator in feed.indicators]
