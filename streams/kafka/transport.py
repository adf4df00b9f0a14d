"""Faust transport that delivers each fetched partition batch as one message.

Faust's cost is per message; with one batch per message it becomes negligible. Faust finds the
transport by the URL scheme ``partitionbatch`` (an entry point of the group ``faust.transports``).
Changelogs are still delivered record by record, because recovery needs that.

A batch message carries the offset of its last record, and its acknowledgement covers the whole
batch. Agents must therefore run with concurrency 1 and acknowledge in order, which also keeps
``_new_offset`` simple.
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
        # Faust hard-codes 1.5 s. Apache Kafka answers as soon as there is a record, but Tansu may
        # take half of that time.
        wait_for_fetch(consumer, FETCH_WAIT_MS)
        read_committed(consumer)
        return consumer

    def highwater(self, tp: TP) -> int | None:  # type: ignore[override] # None before a fetch
        """The end of a partition for a reader of committed records; None before a fetch."""
        return readable_end(self._ensure_consumer(), tp)

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: set[TP],
        timeout: float | None = None,
        max_records: int | None = None,
    ) -> Any:
        """Batches for topics that agents read, single records for the others."""
        if not self.consumer.flow_active:
            return {}
        may_fetch = cast("Consumer", self.consumer).may_fetch
        fetches = BatchFetches(
            consumer, active_partitions, self.app.topics.acks_enabled_for, may_fetch
        )
        return await fetches.next(timeout or 0.0, max_records)


class Consumer(aiokafka.Consumer):
    """Fetches like Faust's consumer, but delivers whole partition batches.

    A partition whose buffer is full stays active; its fetches are only held back. Faust itself
    would remove it from the active partitions: a fetch that waits for the others, or a sleep if
    there are none, then continues for a second after the buffer has drained.
    """

    def on_init(self) -> None:
        """Start with no full buffer."""
        super().on_init()
        self._full: set[TP] = set()

    def on_buffer_full(self, tp: TP) -> None:
        """Hold back a partition's fetches, except during a recovery."""
        if not self.app.in_recovery:
            self._full.add(tp)

    def on_buffer_drop(self, tp: TP) -> None:
        """Deliver a partition's fetches again."""
        self._full.discard(tp)

    def may_fetch(self, tp: TP) -> bool:
        """Whether a partition's buffer has room."""
        return tp not in self._full

    def _set_active_tps(self, tps: set[TP]) -> set[TP]:
        # Called on assignment, which has emptied the buffers of returning partitions.
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
        """The ends of partitions: how far a recovery must read their changelogs."""
        servers = aiokafka.server_list(self.transport.url, aiokafka.Transport.default_port)
        access = aiokafka.credentials_to_aiokafka_auth(self.app.conf.broker_credentials)
        listed = await super().highwaters(*partitions)
        return await log_ends({"bootstrap_servers": servers, **access}, listed)

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Do nothing: offsets between two batch messages belong to the later batch."""

    def acknowledge(self, tp: TP, offset: int) -> None:
        """Make the next commit cover all records up to an offset, delivered here or not."""
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
    """Faust's producer, extended to send many records of one partition at once.

    Faust itself takes 0.1 ms per record, mostly for futures and callbacks.
    """

    async def send_records(
        self, topic: str, partition: int, records: Sequence[Record], *, compressed: bool = False
    ) -> int | None:
        """Send records in order, and return when the broker has all of them.

        Returns the broker's stamp of the last batch (ms since 1970), None if it sets none. Each
        batch is sent after the one before was confirmed, so no record is stored without the earlier
        ones. Raises KafkaError.
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
