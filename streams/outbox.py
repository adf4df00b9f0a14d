"""Publishes through the worker's producer and waits until the broker has it."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import faust

Headers = list[tuple[str, bytes]]


class Outbox:
    """Messages sent since the last ``confirmed``."""

    def __init__(self, app: faust.App) -> None:
        self._app = app
        self._sent: list[Awaitable[Any]] = []

    async def send(
        self,
        topic: str,
        value: bytes,
        *,
        key: str | None = None,
        partition: int | None = None,
        headers: Headers | None = None,
    ) -> None:
        """Hand a message to the producer."""
        sent = await self._app.producer.send(
            topic,
            None if key is None else key.encode(),
            value,
            partition,
            None,
            headers,
        )
        self._sent.append(sent)

    async def confirmed(self) -> None:
        """Wait until the broker has all messages. Raises what a failed send raised."""
        sent, self._sent = self._sent, []
        await asyncio.gather(*sent)
