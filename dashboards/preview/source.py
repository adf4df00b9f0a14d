"""Rows of queries, shared by all viewers who run the same query at about the same time."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from dashboards.preview.frames import Table

FAILED_S = 1.0
"""How long a failure is shared before the query is tried again."""


class Asked(Protocol):
    """The source's view of the readers, which tests replace."""

    @property
    def address(self) -> str:
        """Where the rows come from, for messages."""

    def ask(self, sql: str) -> "Future[Table]":
        """A future with the rows of a statement."""


@dataclass
class _Held:
    """A query that runs or is answered; valid until ``until`` on the monotonic clock."""

    answer: "asyncio.Future[Table]"
    until: float


class Source:
    """Runs each query once for all screens. Belongs to one event loop; ``clock`` is in seconds."""

    def __init__(self, readers: Asked, clock: Callable[[], float] = time.monotonic) -> None:
        self._readers = readers
        self._clock = clock
        self._held: dict[str, _Held] = {}

    @property
    def address(self) -> str:
        """Where the rows come from, for messages."""
        return self._readers.address

    async def rows(self, sql: str, lasting_s: float) -> Table:
        """Rows that are at most ``lasting_s`` old. Raises QueryError or UnavailableError."""
        now = self._clock()
        held = self._held.get(sql)
        if held is None or now >= held.until:
            self._forget(now)
            held = _Held(asyncio.wrap_future(self._readers.ask(sql)), now + lasting_s)
            held.answer.add_done_callback(lambda answer: self._note(held, answer))
            self._held[sql] = held
        return await asyncio.shield(held.answer)

    def _forget(self, now: float) -> None:
        old = [sql for sql, held in self._held.items() if now >= held.until and held.answer.done()]
        for sql in old:
            del self._held[sql]

    def _note(self, held: _Held, answer: "asyncio.Future[Table]") -> None:
        if answer.cancelled() or answer.exception() is not None:
            held.until = self._clock() + FAILED_S
