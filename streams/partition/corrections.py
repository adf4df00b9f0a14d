"""Applies an audit's corrections to panes and gauges; figures follow from them."""

import logging
from collections.abc import Iterable
from typing import cast

from faust.types import EventT
from pydantic import TypeAdapter, ValidationError

from contracts.messages import Correction
from streams.kafka.batch import BLOCK, Batch
from streams.partition.agent import FeedAgent

logger = logging.getLogger(__name__)

_READ = TypeAdapter[Correction](Correction).validate_json


class Corrector:
    """Hands each correction to the agent of its feed.

    The topic has the same partitions and keys as the event topics, so a correction reaches the
    process that holds the pane.
    """

    def __init__(self, agents: Iterable[FeedAgent]) -> None:
        self._agents = {agent.feed: agent for agent in agents}

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
            logger.warning("skipped an invalid correction: %s", error.errors()[0]["msg"])
            return
        agent = self._agents.get(correction["feed"])
        if agent is None:
            return
        was_set = await agent.correct(partition, correction)
        if "learnt" in correction:
            logger.info("%s: %s", correction["feed"], f"parts backfilled: {correction['learnt']}")
            return
        logger.info(
            "%s: %s of district %s %s",
            correction["feed"],
            correction["gauge"] if "gauge" in correction else f"pane {correction['pane']}",
            correction["district"],
            "corrected" if was_set else "has changed since its recount, left unchanged",
        )
