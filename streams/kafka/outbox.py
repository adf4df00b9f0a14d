"""Publishes through the worker's producer, in bulk, and waits until the broker has it."""

import asyncio
from collections import defaultdict
from typing import cast

from faust.types import AppT

from streams.kafka.record_batch import Record
from streams.kafka.transport import Producer

Headers = list[tuple[str, bytes]]


class Outbox:
    """Messages put in since the last ``confirmed``.

    ``compressed`` makes rows that are much alike a tenth of their size, for a microsecond each.
    """

    def __init__(self, app: AppT, *, compressed: bool = False) -> None:
        self._app = app
        self._compressed = compressed
        self._waiting: dict[tuple[str, int], list[Record]] = defaultdict(list)

    def put(
        self, topic: str, partition: int, key: bytes | None, value: bytes | None, headers: Headers
    ) -> None:
        """Take a message; it is sent by the next ``confirmed``."""
        self._waiting[topic, partition].append((key, value, headers))

    async def confirmed(self) -> list[int | None]:
        """Send all messages, wait until the broker has them, and give its stamps of them.

        Those of one partition are sent in the order they were put in. A stamp, in milliseconds
        since 1970, is that of a partition's last messages, None where the broker puts none. Raises
        what a failed send raised; then a partition has a beginning of its messages.
        """
        waiting, self._waiting = self._waiting, defaultdict(list)
        producer = cast("Producer", self._app.producer)
        return await asyncio.gather(
            *(
                producer.send_records(*target, records, compressed=self._compressed)
                for target, records in waiting.items()
            )
        )
