"""A Faust table that can wait for its changelog writes, and is safe from overslept workers.

The header ``upto`` of each changelog record holds the position in the event log that the record
includes. Recovery keeps the value with the greatest position, not the last record: a worker that
was suspended for longer than its session may write after its successor.
"""

from collections.abc import Iterable, Iterator
from typing import Any, cast

import faust
from faust.types import TP, EventT

from contracts.messages import UPTO_HEADER
from contracts.topics import SEEN
from streams.gauges.state import Writes, encoded
from streams.kafka.outbox import Outbox

UNKNOWN = -1
"""The position of a record without the header."""


class StateTable(faust.Table[str, bytes]):
    """Entries ``<partition>|<key>`` -> bytes, each stored once ``confirmed`` has returned."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._outbox = Outbox(self.app, compressed=True)
        self._incompressible = Outbox(self.app)
        self._recovered_upto: dict[str, int] = {}

    def write(self, partition: int, writes: Writes, upto: int) -> None:
        """Set or delete entries, in order, in memory and in the same partition of the changelog.

        ``upto`` is the position of the last event that they include. ``partition`` is explicit,
        because Faust would take it from the current event.
        """
        topic = self.changelog_topic.get_topic_name()
        headers = [(UPTO_HEADER, b"%d" % upto)]
        for key, payload in writes.items():
            entry = f"{partition}|{key}"
            if payload is not None:
                self.data[entry] = payload
            else:
                self.data.pop(entry, None)
            outbox = self._incompressible if key.startswith(f"{SEEN}|") else self._outbox
            outbox.put(topic, partition, encoded(entry), payload, headers)

    async def confirmed(self) -> None:
        """Wait until the broker has all writes. Raises the error of a failed send.

        Packed ids are stored first: the last of the other entries marks a batch as complete.
        """
        await self._incompressible.confirmed()
        await self._outbox.confirmed()

    def entry(self, partition: int, key: str) -> bytes | None:
        """One entry of a partition."""
        return self.data.get(f"{partition}|{key}")

    def entries(self, partition: int) -> Iterator[tuple[str, bytes]]:
        """The entries of a partition, keys without the partition's prefix."""
        prefix = f"{partition}|"
        for key, payload in self.items():
            if key.startswith(prefix):
                yield key.removeprefix(prefix), payload

    def apply_changelog_batch(self, batch: Iterable[EventT[Any]]) -> None:
        """Apply changelog records, except those with a lower position than an earlier one."""
        super().apply_changelog_batch([event for event in batch if self._is_newest(event)])

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        """Drop the entries of partitions that went to another worker.

        The positions of the other entries are remembered: the next recovery continues where this
        one ended, and may meet records that an overslept worker has written since.
        """
        own = {str(tp.partition) for tp in active_tps | standby_tps}
        for entry in [entry for entry in self.data if entry.split("|", 1)[0] not in own]:
            del self.data[entry]
        await super().on_recovery_completed(active_tps, standby_tps)
        self._recovered_upto = {
            entry: upto for entry, upto in self._recovered_upto.items() if entry in self.data
        }

    def _is_newest(self, event: EventT[Any]) -> bool:
        entry, upto = cast("str", event.key), _upto(event)
        held = self._recovered_upto.get(entry, UNKNOWN)
        self._recovered_upto[entry] = max(upto, held)
        return upto >= held


def _upto(event: EventT[Any]) -> int:
    headers = cast("list[tuple[str, bytes]]", event.message.headers or [])
    for name, value in headers:
        if name == UPTO_HEADER:
            return int(value)
    return UNKNOWN
