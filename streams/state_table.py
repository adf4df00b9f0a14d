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

    def write(self, partition: int, writes: Writes) -> None:
        """Set or delete entries, in order, in memory and in the changelog's same partition.

        The partition is said here, where Faust's own way takes it from the event at hand.
        """
        for key, payload in writes.items():
            entry = f"{partition}|{key}"
            if payload is not None:
                self.data[entry] = payload
            else:
                self.data.pop(entry, None)
            self._unconfirmed.append(self.send_changelog(partition, entry, payload))

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
