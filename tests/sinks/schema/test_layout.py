"""Tables that an earlier version made are brought to today's layout with their rows."""

from uuid import UUID

import pytest
from clickhouse_connect.driver.client import Client

from contracts.feeds.traffic import TRAFFIC
from contracts.settings import Settings
from tests.sinks.stack import make_schema

EARLIER_PROGRESS = """
CREATE TABLE {d}.progress
(
    feed LowCardinality(String), generation UInt32, partition UInt16, version UInt64,
    newest DateTime64(3, 'UTC'), watermark DateTime64(3, 'UTC'),
    accepted UInt64, rejected UInt64, duplicates UInt64, late UInt64,
    emitted_at DateTime64(3, 'UTC'),
    rank UInt128 MATERIALIZED bitOr(bitShiftLeft(toUInt128(version), 64),
        toUInt128(toUnixTimestamp64Milli(emitted_at)))
)
ENGINE = ReplacingMergeTree(rank) ORDER BY (feed, partition)
"""
EARLIER_STATE = """
CREATE TABLE {d}.state
(
    table_topic LowCardinality(String), partition UInt16, key String, value String,
    deleted Bool, position UInt64, mirrored_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(position) ORDER BY (table_topic, partition, key)
"""


@pytest.fixture
def earlier(client: Client, settings: Settings) -> Client:
    database = settings.clickhouse_database
    client.command(f"CREATE DATABASE {database}", use_database=False)
    client.command(EARLIER_PROGRESS.format(d=database))
    client.command(EARLIER_STATE.format(d=database))
    client.command(
        "INSERT INTO progress (feed, generation, partition, version, accepted)"
        " VALUES ('traffic', 1, 0, 5, 4)"
    )
    client.command(
        "INSERT INTO state (table_topic, partition, key, value, deleted, position)"
        " VALUES ('t', 1, 'k', 'old', false, 7)"
    )
    return client


def test_rows_of_an_earlier_layout_are_kept(earlier: Client, settings: Settings) -> None:
    changed = make_schema(earlier, settings)
    assert {"progress", "state"} <= set(changed)
    query = earlier.query
    assert query("SELECT generation, version, accepted FROM progress").result_rows == [(1, 5, 4)]
    assert query("SELECT key, value, upto, position FROM state").result_rows == [("k", "old", 0, 7)]
    assert make_schema(earlier, settings) == []


def test_a_new_generation_keeps_the_last_row_of_the_one_before(
    earlier: Client, settings: Settings
) -> None:
    make_schema(earlier, settings)
    earlier.command(
        "INSERT INTO progress (feed, generation, partition, version, accepted)"
        " VALUES ('traffic', 2, 0, 9, 1)"
    )
    found = earlier.query("SELECT generation, accepted FROM progress FINAL ORDER BY generation")
    assert found.result_rows == [(1, 4), (2, 1)]


def test_the_state_that_includes_more_wins(earlier: Client, settings: Settings) -> None:
    make_schema(earlier, settings)
    for value, upto, position in (("newer", 90, 8), ("overslept", 89, 9), ("restored", 90, 10)):
        earlier.command(
            "INSERT INTO state (table_topic, partition, key, value, deleted, upto, position)"
            f" VALUES ('t', 1, 'k', '{value}', false, {upto}, {position})"
        )
    assert earlier.query("SELECT value FROM state FINAL").result_rows == [("restored",)]


def test_every_place_of_an_event_is_noted(client: Client, settings: Settings) -> None:
    """Also of events that were archived before places were noted, and of an event sent twice."""
    make_schema(client, settings)
    client.command("DROP TABLE places_traffic_feed")
    event = (
        "INSERT INTO events_traffic (event_id, feed, kind, district, occurred_at, source,"
        " camera_id, road, generation, partition, offset) VALUES ('{}', 'traffic', 'heartbeat',"
        " '148', '2026-11-23 09:00:00', 't', 'c', 'r', 3, 1, {})"
    )
    client.command(event.format(UUID(int=1), 10))
    make_schema(client, settings)
    client.command(event.format(UUID(int=2), 11))
    client.command(event.format(UUID(int=1), 12))
    assert client.query("SELECT count() FROM events_traffic FINAL").result_rows == [(2,)]
    assert client.query(
        f"SELECT offset, event_id, feed FROM places FINAL WHERE feed = '{TRAFFIC.name}'"
        " AND generation = 3 AND partition = 1 ORDER BY offset"
    ).result_rows == [
        (10, UUID(int=1), "traffic"),
        (11, UUID(int=2), "traffic"),
        (12, UUID(int=1), "traffic"),
    ]
