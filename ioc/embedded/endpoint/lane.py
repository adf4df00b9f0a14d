"""Threads for the engine's blocking calls, apart from the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def _nothing() -> None:
    """Used for calls that cannot be stopped."""


class Lane:
    """A fixed number of threads. Reads and writes have a lane each: neither waits for the other."""

    def __init__(self, name: str, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, call: Callable[[], T], stop: Callable[[], None] = _nothing) -> T:
        """Run `call` on a thread.

        If the client leaves meanwhile, `stop` is called, and the cancellation continues only after
        the thread is done, so that its session can be closed.
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
                    # Retrieved, so that asyncio does not report it as lost.
                    waiting.exception()
            raise

    def close(self) -> None:
        """Refuse new calls and drop waiting ones; running calls continue."""
        self._pool.shutdown(wait=False, cancel_futures=True)
