"""The current progress of a feed's partitions, as stored in ClickHouse."""

from collections.abc import Mapping
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.messages import OFFSET_BITS
from contracts.replays import LogPosition
from contracts.topics import events_topic

PROGRESS = """
SELECT partition, toUnixTimestamp64Milli(newest), version FROM progress FINAL
WHERE feed = {feed:String}
"""

LAST_PLACES = """
SELECT JSONExtractString(raw, 'event_id') AS event_id, max(offset) FROM rejects FINAL
WHERE feed = {feed:String} AND topic = {topic:String} AND generation = {generation:UInt32}
    AND partition = {partition:UInt16} AND offset >= {first:UInt64} AND event_id != ''
GROUP BY event_id
"""


@dataclass(frozen=True)
class Standing:
    """The newest event time (ms since 1970) and the last position of each partition."""

    newest_ms: Mapping[int, int]
    upto: Mapping[int, int]

    def newest_s(self, partition: int) -> float:
        """Seconds since 1970; the feed's newest if the partition's is unknown, else 0."""
        newest_ms = self.newest_ms.get(partition)
        return (self.feed_newest_ms if newest_ms is None else newest_ms) / 1000

    @property
    def feed_newest_ms(self) -> int:
        """The newest event time of all partitions; 0 if there is none."""
        return max(self.newest_ms.values(), default=0)


def read_standing(client: Client, feed: Feed) -> Standing:
    """Read the feed's progress."""
    rows = client.query(PROGRESS, {"feed": feed.name}).result_rows
    return Standing(
        {int(partition): int(newest_ms) for partition, newest_ms, _ in rows},
        {int(partition): int(version) for partition, _, version in rows},
    )


def last_origins(
    client: Client, feed: Feed, standing: Standing, window: int
) -> Mapping[tuple[str, int], LogPosition]:
    """Event id and partition -> position of the last refusal, as far back as workers remember.

    An event may have been refused more than once, say as too late and then as a duplicate of that.
    A replay has to name the last position, since that is the one in the worker's filter.
    """
    generation = max(standing.upto.values(), default=0) >> OFFSET_BITS
    places: dict[tuple[str, int], LogPosition] = {}
    for partition, upto in standing.upto.items():
        offset = upto - (generation << OFFSET_BITS)
        rows = client.query(
            LAST_PLACES,
            {
                "feed": feed.name,
                "topic": events_topic(feed.name),
                "generation": generation,
                "partition": partition,
                "first": max(0, offset - window),
            },
        ).result_rows
        for event_id, last in rows:
            places[event_id, partition] = LogPosition(generation, partition, int(last))
    return places
