"""Events that foreign clients published to a new broker before its door was shut.

The broker has acknowledged them but is about to end, since its topics were created when the client
named them. The events are carried over to the next broker.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kafka import KafkaConsumer
from kafka.errors import KafkaError
from kafka.structs import TopicPartition

from contracts.access.clients import kafka_options
from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import events_topic
from producers.client import Client
from sinks.kafka_records import read_any

POLL_MS = 200
READ_S, SENT_S = 20.0, 20.0


@dataclass(frozen=True)
class EarlyEvent:
    """A record of an events topic, without its place: the next broker's partitions may differ."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    timestamp_ms: int


def early_events(settings: Settings, feeds: Sequence[Feed]) -> list[EarlyEvent] | None:
    """All records of the events topics; None if the broker has no topic at all.

    Raises:
        UnavailableError: the broker does not answer.
    """
    read_any()
    try:
        consumer = KafkaConsumer(
            **kafka_options(settings),
            enable_auto_commit=False,
            bootstrap_timeout_ms=5_000,
            allow_auto_create_topics=False,
        )
        try:
            topics = consumer.topics()
            named = topics & {events_topic(feed.name) for feed in feeds}
            return list(_read(consumer, named)) if topics else None
        finally:
            consumer.close()
    except (KafkaError, OSError) as error:
        raise _unavailable(settings, error) from None


def _read(consumer: KafkaConsumer, topics: Iterable[str]) -> Iterable[EarlyEvent]:
    logs = [
        TopicPartition(topic, number)
        for topic in sorted(topics)
        for number in sorted(consumer.partitions_for_topic(topic) or ())
    ]
    filled = [log for log, end in consumer.end_offsets(logs).items() if end]
    consumer.assign(filled)
    consumer.seek_to_beginning()
    deadline = time.monotonic() + READ_S
    while time.monotonic() < deadline and any(_is_left(consumer, log) for log in filled):
        for records in consumer.poll(timeout_ms=POLL_MS).values():
            for record in records:
                yield EarlyEvent(
                    record.topic, record.key, record.value, record.headers, record.timestamp
                )


def _is_left(consumer: KafkaConsumer, log: TopicPartition) -> bool:
    end = consumer.highwater(log)
    return end is None or consumer.position(log) < end


def publish(settings: Settings, events: Sequence[EarlyEvent]) -> None:
    """Publish them; returns when the broker has acknowledged all.

    Raises:
        UnavailableError: the broker has not acknowledged all.
    """
    try:
        client = Client(settings)
        try:
            sent = [
                client.send(
                    event.topic,
                    # kafka-python sends neither an empty header nor a record without a value.
                    value=b"" if event.key is event.value is None else event.value,
                    key=event.key,
                    headers=[(name, value or b"") for name, value in event.headers],
                    timestamp_ms=event.timestamp_ms,
                )
                for event in events
            ]
            for future in sent:
                future.get(SENT_S)
        finally:
            client.close()
    except (KafkaError, OSError) as error:
        raise _unavailable(settings, error) from None


def _unavailable(settings: Settings, error: Exception) -> UnavailableError:
    return UnavailableError(
        f"the new broker at {settings.kafka_bootstrap} does not answer ({type(error).__name__})"
    )
