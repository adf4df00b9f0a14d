"""What all partitions of a feed share in a process."""

from collections.abc import Callable
from dataclasses import dataclass

import faust

from contracts.feed import Feed
from contracts.reference.province import Reference
from contracts.settings import Settings
from streams.kafka.outbox import Outbox
from streams.partition.table import StateTable

Clock = Callable[[], float]
"""Seconds since 1970."""
Check = Callable[[], object]
"""Called before what must not come too late; ends the process of a worker that overslept."""


@dataclass(frozen=True, slots=True)
class FeedContext:
    """What all partitions of a feed share in this process."""

    app: faust.App
    table: StateTable
    feed: Feed
    settings: Settings
    reference: Reference
    clock: Clock
    check_fence: Check
    outbox: Outbox

    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return int(self.clock() * 1000)
