"""Publishes in bulk through the worker's producer, and waits for the broker."""

import asyncio
from collections import defaultdict
from typing import cast

from faust.types import AppT

from streams.kafka.record_batch import Record
from streams.kafka.transport import Producer

Headers = list[tuple[str, bytes]]


class Outbox:
    """Collects messages until the next ``confirmed``.

    ``compressed`` shrinks similar rows to a tenth of their size, for a microsecond each.
    """

    def __init__(self, app: AppT, *, compressed: bool = False) -> None:
        self._app = app
        self._compressed = compressed
        self._waiting: dict[tuple[str, int], list[Record]] = defaultdict(list)

    def put(
        self, topic: str, partition: int, key: bytes | None, value: bytes | None, headers: Headers
    ) -> None:
        """Add a message; the next ``confirmed`` sends it."""
        self._waiting[topic, partition].append((key, value, headers))

    async def confirmed(self) -> list[int | None]:
        """Send all messages, wait until the broker has them, and return its stamps.

        Messages of one partition keep their order. There is one stamp per partition, that of its
        last messages, in milliseconds since 1970; None if the broker sets none. Raises the error of
        a failed send; a partition then holds the first of its messages, or none.
        """
        waiting, self._waiting = self._waiting, defaultdict(list)
        producer = cast("Producer", self._app.producer)
        return await asyncio.gather(
            *(
                producer.send_records(*target, records, compressed=self._compressed)
                for target, records in waiting.items()
            )
        )
