"""Works batches of different partitions at the same time, and begins those of one in order.

A worker is idle while the broker confirms what a batch brought about; meanwhile it works another.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Batch = TypeVar("Batch")


class Lanes(Generic[Batch]):
    """One lane a partition, with at most ``depth`` batches on it.

    They begin in order; where more than one is on a lane, it is for ``work`` to end them in order.
    ``work`` must not raise: nobody would hear of it.
    """

    def __init__(self, work: Callable[[Batch], Awaitable[None]], depth: int = 1) -> None:
        self._work = work
        self._depth = depth
        self._under_way: dict[int, deque[asyncio.Task[None]]] = defaultdict(deque)

    async def put(self, partition: int, batch: Batch) -> None:
        """Start a batch, as soon as there is room for it on its lane."""
        lane = self._under_way[partition]
        if len(lane) == self._depth:
            await asyncio.wait([lane.popleft()])
        lane.append(asyncio.create_task(self._run(batch)))

    async def _run(self, batch: Batch) -> None:
        await self._work(batch)
