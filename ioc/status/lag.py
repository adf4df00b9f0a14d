"""How far consumer groups are behind the ends of their topics."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kafka import KafkaConsumer
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError
from kafka.structs import TopicPartition

from contracts.access.clients import kafka_options, kafka_settings
from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import APP, events_topic
from sinks.kafka_records import read_any

BOOTSTRAP_MS = 5_000
FETCH_S = 1.0
POLL_MS = 50


@dataclass(frozen=True)
class Lag:
    """Messages of a topic, and how many of them a group has not committed yet."""

    topic: str
    published: int
    behind: int


class LagReader:
    """Reads lags; keep it open between readings, and close it at the end."""

    def __init__(self, settings: Settings) -> None:
        access = kafka_options(settings) | {
            "client_id": "ioc-lag",
            "bootstrap_timeout_ms": BOOTSTRAP_MS,
        }
        read_any()  # it reads events, of whatever codec, to find out where a log ends
        try:
            self._admin = KafkaAdminClient(**access)
            self._consumer = KafkaConsumer(**access, enable_auto_commit=False)
        except (KafkaError, OSError) as error:
            raise UnavailableError(
                f"Kafka at {settings.kafka_bootstrap} does not answer ({type(error).__name__}); "
                f"start the stack with `ioc up`, or check {kafka_settings(settings)}"
            ) from None

    def read(self, group: str, topics: Sequence[str]) -> list[Lag]:
        """A lag for each topic that exists."""
        committed = self._committed(group)
        lags = []
        for topic in topics:
            partitions = self._consumer.partitions_for_topic(topic) or set()
            logs = [TopicPartition(topic, partition) for partition in sorted(partitions)]
            if logs:
                ends = self._ends(logs)
                begins = self._consumer.beginning_offsets(logs)
                behind = sum(max(0, ends[log] - committed.get(log, begins[log])) for log in logs)
                lags.append(Lag(topic, sum(ends.values()), behind))
        return lags

    def ends(self, topics: Sequence[str]) -> Mapping[TopicPartition, int]:
        """Where the partitions of these topics end now."""
        self._consumer.unsubscribe()  # forgets the ends that earlier fetches have seen
        return self._ends(
            [
                TopicPartition(topic, partition)
                for topic in topics
                for partition in sorted(self._consumer.partitions_for_topic(topic) or ())
            ]
        )

    def left(self, group: str, ends: Mapping[TopicPartition, int]) -> int:
        """Messages before those ends that a group has not committed yet."""
        committed = self._committed(group)
        return sum(max(0, end - committed.get(log, 0)) for log, end in ends.items())

    def _ends(self, logs: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Where the logs end, also according to a fetch.

        Tansu 0.6 reports as the latest offset the one after the first record of the last batch.
        """
        consumer = self._consumer
        listed = consumer.end_offsets(logs)
        filled = [log for log in logs if listed[log]]
        consumer.assign(filled)
        for log in filled:
            consumer.seek(log, listed[log] - 1)
        deadline = time.monotonic() + FETCH_S
        while time.monotonic() < deadline and any(map(_unknown(consumer), filled)):
            consumer.poll(timeout_ms=POLL_MS)
        return {
            log: max(listed[log], consumer.highwater(log) or 0) if listed[log] else 0
            for log in logs
        }

    def worker(self, feeds: Sequence[Feed]) -> list[Lag]:
        """The worker group's lag on the raw events of each feed."""
        return self.read(APP, [events_topic(feed.name) for feed in feeds])

    def _committed(self, group: str) -> Mapping[TopicPartition, int]:
        offsets = self._admin.list_group_offsets({group: None})[group]
        return {log: place.offset for log, place in offsets.items() if place.offset >= 0}

    def close(self) -> None:
        """Close the connections."""
        self._consumer.close()
        self._admin.close()


def _unknown(consumer: KafkaConsumer) -> Callable[[TopicPartition], bool]:
    return lambda log: consumer.highwater(log) is None
