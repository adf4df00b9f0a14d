"""Compares a partition's state with its log: whether that is the log that the state is of."""

import asyncio

from faust.types import TP

from streams.kafka.log_reader import log_end
from streams.kafka.same_log import renewed_topic, shorter_log
from streams.partition.context import FeedContext
from streams.partition.state import PartitionState


class LogCheck:
    """Costs two comparisons, while nothing is odd."""

    def __init__(self, context: FeedContext, tp: TP) -> None:
        self._context = context
        self._tp = tp

    async def require_same(
        self, state: PartitionState, highwater: int | None, offset: int | None = None
    ) -> None:
        """Raise AnotherLogError where the log is another, or shorter than what is included.

        ``highwater`` is its end as far as it is known, ``offset`` where what was fetched begins: at
        one that is included already either a batch comes again, after a crash, or another log
        begins, and the broker is asked which it is.
        """
        settings, ids, known = self._context.settings, self._context.topic_ids, state.next_offset
        is_short = highwater is not None and highwater < known
        if is_short or (offset is not None and offset < known):
            await asyncio.to_thread(ids.look)
        held, now = state.progress.topic_id, ids.of(self._tp.topic)
        if held and now and held != now:
            raise renewed_topic(settings, self._tp.topic, held, now)
        state.progress.topic_id = now or held
        # A new leader may for a moment not know all that the one before it has shown.
        if is_short and (end := await log_end(settings, *self._tp)) < known:
            raise shorter_log(settings, f"{self._tp.topic}/{self._tp.partition}", end, known)
