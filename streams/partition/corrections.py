"""Takes what an audit has recounted into the panes, so that state and figures follow."""

import logging
from collections.abc import Iterable
from typing import cast

from faust.types import EventT
from pydantic import TypeAdapter, ValidationError

from contracts.messages import CorrectionRow
from streams.kafka.batch import BLOCK, Batch
from streams.partition.agent import FeedWorker

logger = logging.getLogger(__name__)

_READ = TypeAdapter(CorrectionRow).validate_json


class Corrector:
    """Hands each correction to the worker of its feed.

    The topic has as many partitions as those of events, and the same keys: a correction comes to
    the process that holds the pane.
    """

    def __init__(self, workers: Iterable[FeedWorker]) -> None:
        self._workers = {worker.feed: worker for worker in workers}

    async def work(self, event: EventT[Batch]) -> None:
        """Apply a batch of corrections; when this returns, they are stored."""
        batch = cast("Batch", event.value)
        for block in batch.blocks(BLOCK):
            for value in block.values:
                await self._correct(batch.partition, value or b"")

    async def _correct(self, partition: int, value: bytes) -> None:
        try:
            correction = _READ(value)
        except ValidationError as error:
            logger.warning("passed over a correction: %s", error.errors()[0]["msg"])
            return
        worker = self._workers.get(correction["feed"])
        if worker is None:
            return
        was_set = await worker.correct(partition, correction)
        logger.info(
            "%s: pane %s of district %s %s",
            correction["feed"],
            correction["pane"],
            correction["district"],
            "corrected" if was_set else "has changed since it was recounted, left as it is",
        )
