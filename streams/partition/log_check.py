"""Checks that a partition's state belongs to its log."""

import asyncio

from faust.types import TP

from streams.kafka.log_reader import log_end
from streams.kafka.same_log import renewed_topic, shorter_log
from streams.partition.context import FeedContext
from streams.partition.state import PartitionState


class LogCheck:
    """Costs two comparisons unless something is wrong."""

    def __init__(self, context: FeedContext, tp: TP) -> None:
        self._context = context
        self._tp = tp

    async def require_same(
        self, state: PartitionState, highwater: int | None, offset: int | None = None
    ) -> None:
        """Raise AnotherLogError if the log was replaced, or ends before the state does.

        ``highwater`` is the known end of the log, ``offset`` the first offset of a fetched batch.
        If the state already includes that offset, either a batch is repeated after a crash, or
        another log begins; the broker is asked for the topic's id to find out.
        """
        settings, ids, known = self._context.settings, self._context.topic_ids, state.next_offset
        is_short = highwater is not None and highwater < known
        if is_short or (offset is not None and offset < known):
            await asyncio.to_thread(ids.look)
        held, now = state.progress.topic_id, ids.of(self._tp.topic)
        if held and now and held != now:
            raise renewed_topic(settings, self._tp.topic, held, now)
        state.progress.topic_id = now or held
        # For a moment, a new leader may not know the last records of its predecessor.
        if is_short and (end := await log_end(settings, *self._tp)) < known:
            raise shorter_log(settings, f"{self._tp.topic}/{self._tp.partition}", end, known)
