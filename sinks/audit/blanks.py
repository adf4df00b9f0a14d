"""Blank offsets: transaction markers, and records of aborted transactions.

Neither worker nor archive counts them. To find which of the missing offsets are blank, the audit
reads the log there as a reader of committed records. It stores the answer, because the log is
deleted in time. An event that a worker or a sink has lost therefore stays missing.
"""

import logging
from collections.abc import Iterator, Sequence

from clickhouse_connect.driver.client import Client
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from contracts.access.clients import kafka_options
from contracts.settings import Settings
from contracts.topics import events_topic
from sinks.audit.accounting import Account
from sinks.audit.cut import Cut
from sinks.audit.gaps import gaps, missing_spans
from sinks.client import brief, writer
from sinks.kafka_records import read_any
from sinks.small_inserts import add_rows

log = logging.getLogger(__name__)

Span = tuple[int, int]
"""First and last offset."""

MOST_SPANS = 2_000
"""Most spans of a log that one audit reads: each costs a fetch."""
POLL_MS, POLLS = 500, 20
FETCH_BYTES = 65_536
COLUMNS = ("feed", "generation", "partition", "first", "last")


def note_blanks(client: Client, settings: Settings, feed: str, cut: Cut, account: Account) -> int:
    """Store which missing offsets are blank; return their number.

    Stores nothing if the broker does not answer. Raises ClickHouseError, UnavailableError.
    """
    known = dict(account.by_log)
    lacking = [
        each
        for each in cut.logs
        if each.generation == settings.generation and known.get(each.key, 0) < each.published
    ]
    if not lacking:
        return 0
    try:
        reader = _Reader(settings, events_topic(feed))
    except KafkaError as error:
        log.warning("audit: Kafka does not say which offsets hold nothing: %s", brief(error))
        return 0
    count = 0
    try:
        for each in lacking:
            missing = missing_spans(client, feed, each, MOST_SPANS)
            spans = list(reader.blanks(each.partition, missing))
            if spans:
                key = feed, each.generation, each.partition
                with writer(settings) as writing:
                    add_rows(writing, "blank_offsets", [(*key, *span) for span in spans], COLUMNS)
            count += sum(last - first + 1 for first, last in spans)
    except KafkaError as error:
        log.warning("audit: Kafka does not say which offsets hold nothing: %s", brief(error))
    finally:
        reader.close()
    return count


class _Reader:
    """Reads the committed records of a topic, without a consumer group."""

    def __init__(self, settings: Settings, topic: str) -> None:
        read_any()
        self._topic = topic
        self._consumer = KafkaConsumer(
            **kafka_options(settings),
            client_id="ioc-audit",
            group_id=None,
            enable_auto_commit=False,
            isolation_level="read_committed",
            max_partition_fetch_bytes=FETCH_BYTES,
            bootstrap_timeout_ms=2_000,
            check_crcs=False,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )

    def blanks(self, partition: int, spans: Sequence[Span]) -> Iterator[Span]:
        """The parts of these spans in which the log holds no committed record."""
        where = TopicPartition(self._topic, partition)
        self._consumer.assign([where])
        begin = self._consumer.beginning_offsets([where])[where]
        for first, last in spans:
            if first >= begin and (found := self._offsets(where, first, last)) is not None:
                yield from gaps(found, first, last)

    def _offsets(self, where: TopicPartition, first: int, last: int) -> list[int] | None:
        """The offsets of the records in a span; None if it could not be read to its end."""
        self._consumer.seek(where, first)
        found: list[int] = []
        for _ in range(POLLS):
            for record in self._consumer.poll(timeout_ms=POLL_MS).get(where, ()):
                if record.offset > last:
                    return found
                found.append(record.offset)
            if self._consumer.position(where) > last:
                return found
        return None

    def close(self) -> None:
        """Close the connections."""
        self._consumer.close()
