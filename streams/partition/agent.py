"""The first stage of a feed: processes partition batches and emits the changes."""

from typing import cast

from faust.types import EventT

from contracts.messages import UPTO_HEADER, Correction, feed_partition
from contracts.topics import PANES, events_topic
from streams.kafka.batch import Batch
from streams.kafka.outbox import Outbox
from streams.partition.context import FeedContext
from streams.partition.owned import OwnedPartition, Snapshot


class FeedAgent:
    """One feed in this process: processes its partitions' batches and emits what changed."""

    def __init__(self, context: FeedContext) -> None:
        self._context = context
        self._app = context.app
        self._emissions = Outbox(context.app, compressed=True)
        self._partitions: dict[int, OwnedPartition] = {}
        name = context.feed.name
        self._topic = events_topic(name)
        self._panes_partition = feed_partition(name, context.settings.kafka_partitions)

    def forget(self) -> None:
        """Make each partition compare its state with the table, because it may have moved."""
        for owned in self._partitions.values():
            owned.forget()

    async def work(self, event: EventT[Batch]) -> None:
        """Process a batch; on return, all its effects are stored."""
        batch = cast("Batch", event.value)
        await self._owned(batch.partition).work(batch)

    async def correct(self, partition: int, correction: Correction) -> bool:
        """Set a pane or a gauge to its recount, unless it has changed since; True if it was set."""
        return await self._owned(partition).correct(correction)

    @property
    def feed(self) -> str:
        """The feed's name."""
        return self._context.feed.name

    @property
    def entries(self) -> int:
        """Entries of the state that this process holds."""
        return len(self._context.table)

    def snapshots(self) -> list[Snapshot]:
        """Every partition whose state is loaded. Thread-safe; never blocks."""
        snapshots = [owned.snapshot() for owned in list(self._partitions.values())]
        return [snapshot for snapshot in snapshots if snapshot]

    async def emit(self) -> None:
        """Emit the changes of all partitions that this process holds, and wait for the broker."""
        self._context.topic_ids.require_unchanged(self._topic)
        emissions = [
            emission
            for tp in list(self._app.consumer.assignment())
            if tp.topic == self._topic
            and (emission := await self._owned(tp.partition).emission()) is not None
        ]
        self._context.check_fence()
        for message in [message for emission in emissions for message in emission.messages]:
            headers = [(UPTO_HEADER, b"%d" % message.upto)]
            key = message.key.encode()
            self._emissions.put(PANES, self._panes_partition, key, message.value, headers)
        for stamp in await self._emissions.confirmed():
            self._context.clock.confirmed(stamp)
        for emission in emissions:
            emission.is_out()

    def _owned(self, partition: int) -> OwnedPartition:
        owned = self._partitions.get(partition)
        if owned is None:
            owned = self._partitions[partition] = OwnedPartition(self._context, partition)
        return owned
