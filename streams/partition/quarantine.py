"""Works a batch for which something raised, so that only the records to blame are refused."""

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
"""The state as it is stored: what raised may have left the one in memory half-way."""
Blank: TypeAlias = Callable[[], PartitionState]
"""A state that knows nothing."""


async def worked_apart(batch: Batch, load: Load, blank: Blank) -> tuple[PartitionState, Outcome]:
    """What a batch brings about without the records that raise, and the state after it.

    First each record is tried alone, over a blank state: what raises there raises for what it holds
    itself, and its verdict knows no neighbours. What raises only after those before it is found by
    working them one by one.

    Raises QuarantineError where there are too many, and what the batch raises where it is no
    record's fault.
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
            logger.info("a record raises after those before it: %s", type(error).__name__)
            quarantined = {**quarantined, **found}
            state = await load()


async def _raising_alone(batch: Batch, since: int, blank: Blank) -> dict[int, Refusal]:
    found: dict[int, Refusal] = {}
    for record in batch.blocks(1, since):
        try:
            blank().apply(record)
        except IocError:
            pass  # the limit is that of the partition's own state
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
