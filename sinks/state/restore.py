"""Refills the workers' changelogs after the restart of a broker that keeps nothing on disk."""

from collections.abc import Iterator, Sequence

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from kafka.errors import KafkaError

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import SEEN, changelog_topic
from sinks.client import address, brief, writer
from sinks.state.changelog import Entry, empty_partitions, write_entries

NEWEST = (
    f"SELECT partition, key, if(key LIKE '%|{SEEN}|%', base64Decode(value), value), upto "  # noqa: S608 - a constant
    "FROM state FINAL "
    "WHERE table_topic = {topic:String} AND NOT deleted AND key NOT LIKE '%|known|%' "
    "ORDER BY partition, key"
)
"""Leaves out the ids that an earlier broker restart stored: each start has its own."""


def restore(settings: Settings, feeds: Sequence[Feed]) -> dict[str, int]:
    """Publish the newest value of each key to its partition of the changelog, bytes unchanged.

    The topics must exist and be empty. Returns the number of keys per feed.

    Raises:
        RestoreError: a changelog is missing, holds messages, or has too few partitions.
        UnavailableError: Kafka or ClickHouse does not answer; restore into fresh topics again.
    """
    try:
        partitions = {feed.name: empty_partitions(settings, feed) for feed in feeds}
        with writer(settings) as client:
            return {
                feed.name: _fill(client, settings, feed, partitions[feed.name]) for feed in feeds
            }
    except KafkaError as error:
        where = f"Kafka at {settings.kafka_bootstrap}"
        raise UnavailableError(f"{where} failed during the restore: {brief(error)}") from None
    except ClickHouseError as error:
        where = f"ClickHouse at {address(settings)}"
        raise UnavailableError(f"{where} failed during the restore: {brief(error)}") from None


def _fill(client: Client, settings: Settings, feed: Feed, partitions: int) -> int:
    return write_entries(settings, feed, partitions, _newest(client, changelog_topic(feed.name)))


def _newest(client: Client, topic: str) -> Iterator[Entry]:
    stream = client.query_rows_stream(
        NEWEST, parameters={"topic": topic}, query_formats={"String": "bytes"}
    )
    with stream as rows:
        yield from (Entry(*row) for row in rows)
