"""Faust transport that delivers each fetched partition batch as one message.

Faust's cost is per message; with a batch a message it all but vanishes. The transport is found by
the URL scheme ``partitionbatch`` (an entry point of the group ``faust.transports``). Changelogs are
left as they are, since recovery wants their records one by one.

A batch message carries the offset of its last record, and its acknowledgement stands for all of
it. This asks that agents run with concurrency 1 and acknowledge in order, which is also what lets
``_new_offset`` be as simple as it is here.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from aiokafka import AIOKafkaConsumer
from faust.transport.drivers import aiokafka
from faust.types import TP, ConsumerMessage

from streams.kafka.batch import FetchedBatch
from streams.kafka.internals import (
    BatchFetches,
    keep_bytes,
    read_committed,
    readable_end,
    wait_for_fetch,
)
from streams.kafka.log_reader import log_ends
from streams.kafka.record_batch import Record, record_batches

CREATE_TIME, APPEND_TIME = 0, 1
FETCH_WAIT_MS = 100


class ConsumerThread(aiokafka.AIOKafkaConsumerThread):
    """Faust's consumer thread, with a shorter wait for a fetch."""

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        keep_bytes()
        consumer = super()._create_worker_consumer(transport)
        # Faust fixes it at 1.5 s. Apache Kafka answers as soon as there is a record, but Tansu may
        # take half of the wait.
        wait_for_fetch(consumer, FETCH_WAIT_MS)
        read_committed(consumer)
        return consumer

    def highwater(self, tp: TP) -> int | None:  # type: ignore[override] # None before a fetch
        """Where a partition ends for a reader of what is committed."""
        return readable_end(self._ensure_consumer(), tp)

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: set[TP],
        timeout: float | None = None,
        max_records: int | None = None,
    ) -> Any:
        """Partition batches of the topics that agents read, single records of the others."""
        if not self.consumer.flow_active:
            return {}
        may_fetch = cast("Consumer", self.consumer).may_fetch
        fetches = BatchFetches(
            consumer, active_partitions, self.app.topics.acks_enabled_for, may_fetch
        )
        return await fetches.next(timeout or 0.0, max_records)


class Consumer(aiokafka.Consumer):
    """Fetches like Faust's own consumer, but hands over whole partition batches.

    A partition whose buffer is full stays active, and only is not fetched from. Faust's own way
    takes it out of the active ones: then a fetch that waits for the others, or a sleep where there
    are none, goes on for a second after the buffer has drained.
    """

    def on_init(self) -> None:
        """Begin with no buffer full."""
        super().on_init()
        self._full: set[TP] = set()

    def on_buffer_full(self, tp: TP) -> None:
        """Fetch no more of a partition; a recovery takes all that there is."""
        if not self.app.in_recovery:
            self._full.add(tp)

    def on_buffer_drop(self, tp: TP) -> None:
        """Fetch of a partition again."""
        self._full.discard(tp)

    def may_fetch(self, tp: TP) -> bool:
        """Is there room for more of a partition?"""
        return tp not in self._full

    def _set_active_tps(self, tps: set[TP]) -> set[TP]:
        # An assignment: the buffers of partitions that went and came back were emptied.
        self._full.clear()
        return super()._set_active_tps(tps)

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def _to_message(self, tp: TP, record: Any) -> ConsumerMessage:
        if not isinstance(record, FetchedBatch):
            return super()._to_message(tp, record)
        return ConsumerMessage(
            record.topic,
            record.partition,
            record.last_offset,
            record.newest_ms / 1000.0,
            CREATE_TIME,
            [],
            None,
            record,  # type: ignore[arg-type] # a batch, where Faust expects bytes
            None,
            0,
            0,
            tp,
            generation_id=self.app.consumer_generation_id,
        )

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        """Where partitions end: how far a recovery has to read their changelogs."""
        servers = aiokafka.server_list(self.transport.url, aiokafka.Transport.default_port)
        access = aiokafka.credentials_to_aiokafka_auth(self.app.conf.broker_credentials)
        listed = await super().highwaters(*partitions)
        return await log_ends({"bootstrap_servers": servers, **access}, listed)

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Record nothing: the offsets between two batch messages are inside the later one."""

    def acknowledge(self, tp: TP, offset: int) -> None:
        """Let the next commit stand for all records up to an offset, delivered here or not."""
        self._acked[tp].append(offset)

    def _new_offset(self, tp: TP) -> int | None:
        acked = self._acked[tp]
        if not acked:
            return None
        newest = max(acked)
        self._acked_index[tp].difference_update(acked)
        acked.clear()
        return int(newest) + 1


class Producer(aiokafka.Producer):
    """Faust's producer, which also sends many records of one partition at once.

    Faust's own way costs 0.1 ms a record, most of it for futures and callbacks.
    """

    async def send_records(
        self, topic: str, partition: int, records: Sequence[Record], *, compressed: bool = False
    ) -> int | None:
        """Send records in order, and return when the broker has all of them.

        Gives the stamp that it put on the last ones (ms since 1970), None where it stamps none.

        A record batch is sent after the one before was confirmed, so that no later record is
        stored without the earlier ones. Raises KafkaError.
        """
        producer = self._ensure_producer()
        most_bytes = self.app.conf.producer_max_batch_size
        now_ms, stamp = int(time.time() * 1000), None
        for batch in record_batches(records, now_ms, most_bytes, compressed=compressed):
            stored = await (await producer.send_batch(batch, topic, partition=partition))
            stamp = stored.timestamp if stored.timestamp_type == APPEND_TIME else None
        return stamp


class Transport(aiokafka.Transport):
    """Faust's Kafka transport with the consumer and producer above."""

    Consumer: ClassVar[type[Any]] = Consumer
    Producer: ClassVar[type[Any]] = Producer
