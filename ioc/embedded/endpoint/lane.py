"""Threads on which the engine's blocking calls run, apart from the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def _nothing() -> None:
    """What to do about a call that cannot be stopped."""


class Lane:
    """A fixed number of threads. Reads and writes get one each, so neither waits for the other."""

    def __init__(self, name: str, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, call: Callable[[], T], stop: Callable[[], None] = _nothing) -> T:
        """Run `call` on a thread. If the client leaves meanwhile, `stop` is called, and the
        cancellation goes on only after the thread is done: its session is then free to close.
        """
        work = self._pool.submit(call)
        waiting = asyncio.wrap_future(work)
        try:
            return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            if not work.cancel():
                await asyncio.to_thread(stop)
                await asyncio.wait([waiting])
                if not waiting.cancelled():
                    # Looked at, so that asyncio does not report it as lost.
                    waiting.exception()
            raise

    def close(self) -> None:
        """Take no more calls; those that wait are dropped, those that run go on."""
        self._pool.shutdown(wait=False, cancel_futures=True)
