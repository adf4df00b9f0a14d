"""The objects that all partitions of a feed share in a process."""

from collections.abc import Callable
from dataclasses import dataclass

import faust

from contracts.feed import Feed
from contracts.reference.province import Reference
from contracts.settings import Settings
from streams.kafka.broker_clock import BrokerClock
from streams.kafka.same_log import TopicIds
from streams.partition.table import StateTable

Check = Callable[[], object]
"""Called before each write that must not come too late; ends a worker that overslept."""


@dataclass(frozen=True, slots=True)
class FeedContext:
    """The objects that all partitions of a feed share in this process."""

    app: faust.App
    table: StateTable
    feed: Feed
    settings: Settings
    reference: Reference
    clock: BrokerClock
    topic_ids: TopicIds
    check_fence: Check

    def now_ms(self) -> int:
        """The broker's time, in milliseconds since 1970."""
        return int(self.clock() * 1000)
