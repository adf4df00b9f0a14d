"""A Faust table whose changelog writes can be waited for."""

import asyncio
from collections.abc import Iterator
from typing import Any

import faust
from faust.types import FutureMessage

from streams.keepers import Writes


class StateTable(faust.Table[str, bytes]):
    """Entries ``<partition>|<key>`` -> bytes, each stored once ``confirmed`` has returned."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unconfirmed: list[FutureMessage] = []

    def send_changelog(self, *args: Any, **kwargs: Any) -> FutureMessage:
        """Send a change to the changelog, and remember that it was sent."""
        sent = super().send_changelog(*args, **kwargs)
        self._unconfirmed.append(sent)
        return sent

    def write(self, partition: int, writes: Writes) -> None:
        """Set or delete entries, in order. Only while an event of the partition is worked on."""
        for key, payload in writes.items():
            entry = f"{partition}|{key}"
            if payload is not None:
                self[entry] = payload
            elif entry in self:
                del self[entry]

    async def confirmed(self) -> None:
        """Wait until the broker has all changes. Raises what a failed send raised."""
        sent, self._unconfirmed = self._unconfirmed, []
        await asyncio.gather(*sent)

    def entries(self, partition: int) -> Iterator[tuple[str, bytes]]:
        """The entries of a partition, without the prefix."""
        prefix = f"{partition}|"
        for key, payload in self.items():
            if key.startswith(prefix):
                yield key.removeprefix(prefix), payload
