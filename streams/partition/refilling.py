"""Fills the duplicate filter of a state that was loaded from its table."""

import orjson
from faust.types import TP

from contracts.messages import OFFSET_BITS, position
from contracts.settings import Settings
from contracts.time.instants import epoch_ms
from contracts.topics import accepted_topic
from streams.kafka.batch import BLOCK
from streams.kafka.log_reader import log_end, read_log
from streams.partition.progress import former_upto
from streams.partition.state import PartitionState

FIRST_STEP = 64
"""Messages of accepted events that are read at first; each further step reads twice as many."""


async def refill(settings: Settings, feed: str, tp: TP, state: PartitionState) -> None:
    """Remember the ids that the state's table does not hold.

    They stand in the last records of the log. If IOC_GENERATION was raised since, those may have
    other offsets now, or be gone, so what was accepted of them is read. Raises as ``read_log``.
    """
    if end := state.next_offset:
        first = max(0, end - settings.duplicate_window)
        async for batch in read_log(settings, tp.topic, tp.partition, first, end):
            for block in batch.blocks(BLOCK):
                state.remember(block)
        return
    upto = former_upto(state.stored, settings.generation)
    if upto is not None:
        since = max(state.duplicates.packed_to, upto >> OFFSET_BITS << OFFSET_BITS)
        topic = TP(accepted_topic(feed), tp.partition)
        accepted = await _accepted(settings, topic, since)
        positions = sorted(at for at in accepted if since <= at <= upto)
        ids = [accepted[at][0] for at in positions]
        state.duplicates.carry_over(ids, [accepted[at][1] for at in positions], positions)


async def _accepted(settings: Settings, tp: TP, since: int) -> dict[int, tuple[str, float]]:
    """Position -> id and time (s since 1970) of the accepted events from ``since`` on, at least.

    It reads back from the topic's end: what a crash repeated stands there twice.
    """
    found: dict[int, tuple[str, float]] = {}
    first = end = await log_end(settings, *tp)
    while first > 0 and min(found, default=since) >= since:
        first, end = max(0, first - max(FIRST_STEP, 2 * (end - first))), first
        async for batch in read_log(settings, *tp, first, end):
            for block in batch.blocks(BLOCK):
                for array in filter(None, block.values):
                    for event in orjson.loads(array):
                        at = position(event["generation"], event["offset"])
                        found[at] = event["event_id"], epoch_ms(event["occurred_at"]) / 1000
    return found
