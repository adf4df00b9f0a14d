"""Processes batches of different partitions concurrently, and starts those of one in order.

While the broker confirms the outcome of one batch, the worker processes another.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Batch = TypeVar("Batch")


class Lanes(Generic[Batch]):
    """One lane per partition, with at most ``depth`` batches on it.

    Batches start in order. With more than one on a lane, ``work`` must finish them in order.
    ``work`` must not raise: the error would go unnoticed.
    """

    def __init__(self, work: Callable[[Batch], Awaitable[None]], depth: int = 1) -> None:
        self._work = work
        self._depth = depth
        self._under_way: dict[int, deque[asyncio.Task[None]]] = defaultdict(deque)

    async def put(self, partition: int, batch: Batch) -> None:
        """Wait for room on the batch's lane, and start it."""
        lane = self._under_way[partition]
        if len(lane) == self._depth:
            await asyncio.wait([lane.popleft()])
        lane.append(asyncio.create_task(self._run(batch)))

    async def _run(self, batch: Batch) -> None:
        await self._work(batch)
