"""Processes a batch that raised: only the records at fault are refused."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from contracts.errors import IocError
from streams.kafka.batch import Batch
from streams.partition.state import Outcome, PartitionState
from streams.verdicts.contract import Refusal
from streams.verdicts.unprocessable import Quarantined, refusal_of

logger = logging.getLogger(__name__)

Load: TypeAlias = Callable[[], Awaitable[PartitionState]]
"""Loads the stored state: an error may have left the one in memory half changed."""
Blank: TypeAlias = Callable[[], PartitionState]
"""Creates an empty state."""


async def worked_apart(batch: Batch, load: Load, blank: Blank) -> tuple[PartitionState, Outcome]:
    """The outcome of a batch without the records that raise, and the state after it.

    First each record is tried alone on an empty state: one that raises there is at fault itself,
    whatever its neighbours. A record that raises only after its predecessors is found by processing
    the batch record by record.

    Raises QuarantineError if there are too many, and the batch's own error if no record is at
    fault.
    """
    state = await load()
    quarantined: Quarantined = await _raising_alone(batch, state.next_offset, blank)
    while True:
        try:
            return state, state.apply(batch, quarantined)
        except IocError:
            raise
        except Exception as error:
            found = _first_to_raise(await load(), batch, quarantined)
            if not found:
                raise
            logger.info("a record raises after its predecessors: %s", type(error).__name__)
            quarantined = {**quarantined, **found}
            state = await load()


async def _raising_alone(batch: Batch, since: int, blank: Blank) -> dict[int, Refusal]:
    found: dict[int, Refusal] = {}
    for record in batch.blocks(1, since):
        try:
            blank().apply(record)
        except IocError:
            pass  # the quarantine limit applies to the partition's own state
        except Exception as error:  # noqa: BLE001 - the boundary of a record
            found[record.first_offset] = refusal_of(error)
        await asyncio.sleep(0)
    return found


def _first_to_raise(
    state: PartitionState, batch: Batch, quarantined: Quarantined
) -> dict[int, Refusal]:
    for record in batch.blocks(1, state.next_offset):
        try:
            state.apply(record, quarantined)
        except IocError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary of a record
            return {record.first_offset: refusal_of(error)}
    return {}
