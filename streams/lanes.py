"""Works batches of different partitions at the same time, and those of one partition in order.

A worker is idle while the broker confirms what a batch brought about; meanwhile it works a batch of
another partition.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Batch = TypeVar("Batch")


class Lanes(Generic[Batch]):
    """One lane a partition, with at most one batch on it."""

    def __init__(self, work: Callable[[Batch], Awaitable[None]]) -> None:
        self._work = work
        self._under_way: dict[int, asyncio.Task[None]] = {}

    async def put(self, partition: int, batch: Batch) -> None:
        """Start a batch, as soon as the one before it on its lane has ended.

        ``work`` must not raise: nobody would hear of it.
        """
        before = self._under_way.get(partition)
        if before is not None:
            await asyncio.wait([before])
        self._under_way[partition] = asyncio.create_task(self._run(batch))

    async def _run(self, batch: Batch) -> None:
        await self._work(batch)
