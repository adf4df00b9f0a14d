"""Merges the panes, gauges and progress of whole feeds, and emits indicators."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import cast

import faust
import orjson
from faust.types import TP, EventT

from contracts.feed import Feed
from contracts.indicators.parts import Parts
from contracts.messages import (
    EMPTY,
    GAUGE,
    PANE,
    ROWS_HEADER,
    IndicatorRow,
    feed_partition,
)
from contracts.reference.province import Reference
from contracts.settings import Settings
from contracts.topics import INDICATORS, PANES
from streams.figures.view import FeedView, upto_of
from streams.gauges.of_feed import FeedGauges
from streams.kafka.batch import BLOCK, Batch, PartitionBatch
from streams.kafka.log_reader import log_end, read_log
from streams.kafka.outbox import Outbox
from streams.kafka.same_log import shorter_log

logger = logging.getLogger(__name__)

ROWS_PER_MESSAGE = 2_000


class FigureAgent:
    """Merges the feeds whose partition of the panes topic this process holds.

    Rows are absolute and versioned, so the topic itself is the state. It is read again from its
    beginning after a start or a rebalance.
    """

    def __init__(
        self,
        app: faust.App,
        feeds: Sequence[Feed],
        settings: Settings,
        reference: Reference,
        clock: Callable[[], float],
    ) -> None:
        self._app = app
        self._feeds = feeds
        self._settings = settings
        self._reference = reference
        self._clock = clock
        self._outbox = Outbox(app, compressed=True)
        self._lock = asyncio.Lock()
        self._views: dict[int, Mapping[str, FeedView]] = {}
        self._ends: dict[int, int] = {}
        self._progressed: set[str] = set()

    def forget(self) -> None:
        """Drop all views, because partitions may have moved; they are rebuilt on demand."""
        self._views.clear()
        self._ends.clear()

    async def work(self, event: EventT[Batch]) -> None:
        """Merge a batch of the panes topic. Raises AnotherLogError if the topic became shorter."""
        if not self._settings.figures:
            return
        batch = cast("Batch", event.value)
        async with self._lock:
            views = await self._views_of(batch.partition)
            await self._require_same_log(batch.partition)
            for block in batch.blocks(BLOCK):
                self._take(views, block)

    async def emit(self) -> None:
        """Emit the figures of feeds that have progressed; none if settings switch figures off."""
        if not self._settings.figures:
            return
        for tp in list(self._app.consumer.assignment()):
            if tp.topic == PANES:
                async with self._lock:
                    await self._emit_partition(tp.partition)

    async def _emit_partition(self, partition: int) -> None:
        for name, view in (await self._views_of(partition)).items():
            if name in self._progressed:
                self._progressed.discard(name)
                for page in view.report_pages(int(self._clock() * 1000)):
                    await self._publish(partition, name, page)

    async def _publish(self, partition: int, feed: str, rows: Sequence[IndicatorRow]) -> None:
        for first in range(0, len(rows), ROWS_PER_MESSAGE):
            chunk = rows[first : first + ROWS_PER_MESSAGE]
            headers = [(ROWS_HEADER, b"%d" % len(chunk))]
            self._outbox.put(INDICATORS, partition, feed.encode(), orjson.dumps(chunk), headers)
        await self._outbox.confirmed()

    async def _views_of(self, partition: int) -> Mapping[str, FeedView]:
        views = self._views.get(partition)
        if views is None:
            views = {feed.name: self._new_view(feed) for feed in self._feeds_of(partition)}
            count = 0
            if views:
                async for batch in read_log(self._settings, PANES, partition, None, None):
                    for block in batch.blocks(BLOCK):
                        self._take(views, block)
                        count += len(block)
            logger.info(
                "panes/%d: read %d rows of %s", partition, count, ", ".join(views) or "none"
            )
            self._views[partition] = views
        return views

    async def _require_same_log(self, partition: int) -> None:
        """Raise AnotherLogError if the topic ends before the last record that the views include."""
        known, tp, consumer = self._ends.get(partition, 0), TP(PANES, partition), self._app.consumer
        highwater = consumer.highwater(tp) if tp in consumer.assignment() else None
        if highwater is not None and highwater < known:
            end = await log_end(self._settings, PANES, partition)
            if end < known:
                raise shorter_log(self._settings, f"{PANES}/{partition}", end, known)

    def _feeds_of(self, partition: int) -> list[Feed]:
        partitions = self._settings.kafka_partitions
        return [feed for feed in self._feeds if feed_partition(feed.name, partitions) == partition]

    def _new_view(self, feed: Feed) -> FeedView:
        units = self._reference.units
        unheard: dict[str, Parts] = {code: {} for code in units.codes}
        unheard.update(FeedGauges(feed, self._reference, 0.0, {}).unheard())
        partitions, laggard_s = self._settings.kafka_partitions, self._settings.laggard_s
        return FeedView(feed, units.province.code, unheard, partitions, laggard_s)

    def _take(self, views: Mapping[str, FeedView], batch: PartitionBatch) -> None:
        for key, value in zip(batch.keys, batch.values, strict=True):
            kind, feed = (key or b"").decode().split("|", 2)[:2]
            view = views.get(feed)
            if view is None or value is None:
                continue
            row = orjson.loads(value)
            if kind == PANE:
                view.put_pane(row)
            elif kind == GAUGE:
                view.put_gauge(row)
            elif kind == EMPTY:
                view.put_empty(row["partition"])
            else:
                view.put_progress(row)
                self._progressed.add(feed)
        self._ends[batch.partition] = max(batch.last_offset + 1, self._ends.get(batch.partition, 0))
        upto = upto_of(self._settings.generation, batch.last_offset)
        for view in views.values():
            view.upto = upto
