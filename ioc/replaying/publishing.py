"""Publishes the events of a store in order of time, at a given pace."""

import time
from collections.abc import Callable
from threading import Event

from contracts.feed import Feed
from contracts.settings import Settings
from ioc.replaying.meter import Reach
from ioc.replaying.stall import Stall
from producers.faults import Message
from producers.publisher import Publisher
from producers.replay.event import ReplayEvent
from producers.replay.pace import Pace
from producers.replay.store import EventStore

BATCH = 20_000
ROOM = 40_000
"""Number of unacknowledged messages at which it waits; the publisher itself waits at 50,000."""
TURN = 500
PAUSE_S = 0.01
SLICE_S = 0.5
FLUSH_S = 0.5
STOPPING_S = 10.0


class Publishing:
    """One run of publishing. ``care`` is called about twice a second."""

    def __init__(
        self,
        settings: Settings,
        feed: Feed,
        pace: Pace,
        reach: Reach,
        stop: Event,
        care: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._feed = feed
        self._pace = pace
        self._reach = reach
        self._stop = stop
        self._care = care
        self._publisher = Publisher(settings, stop)
        self._stall = Stall()
        self._sent = 0
        self._cared_at = time.monotonic()

    @property
    def published(self) -> int:
        """Number of events that Kafka has confirmed."""
        return self._sent - self._publisher.pending

    def run(self, store: EventStore) -> int:
        """Publish until all is confirmed or ``stop`` is set; return the number of confirmed events.

        Raises:
            UnavailableError: Kafka no longer confirms anything.
        """
        try:
            for batch in store.batches(BATCH):
                for event in batch:
                    if not self._is_due(event):
                        return self._flush()
                    self._send(event)
            return self._flush()
        finally:
            self._publisher.close()

    def _is_due(self, event: ReplayEvent) -> bool:
        """Wait until the event is due; False if ``stop`` was set."""
        while (left_s := self._pace.left_s(event.at_ms)) and not self._stop.is_set():
            self._publisher.settle()
            self._look_after()
            self._stop.wait(min(left_s, SLICE_S))
        while self._publisher.pending >= ROOM and not self._stop.is_set():
            self._publisher.settle()
            self._check()
            self._stop.wait(PAUSE_S)
        return not self._stop.is_set()

    def _send(self, event: ReplayEvent) -> None:
        message = Message(event.at_ms, event.district.encode(), event.value)
        self._publisher.send(self._feed.name, message)
        self._sent += 1
        if self._sent % TURN == 0:
            self._publisher.settle()
            self._check()

    def _check(self) -> None:
        self._look_after()
        self._stall.check(
            self.published,
            f"Kafka at {self._settings.kafka_bootstrap} has confirmed {self.published:,} of "
            f"{self._sent:,} events; give the same command again to go on",
        )

    def _look_after(self) -> None:
        if time.monotonic() - self._cared_at >= SLICE_S:
            self._cared_at = time.monotonic()
            self._care()
            self._reach(self.published)

    def _flush(self) -> int:
        """Wait for outstanding confirmations; while stopping, not for long."""
        until = time.monotonic() + STOPPING_S
        while not self._publisher.flush(FLUSH_S):
            if self._stop.is_set() and time.monotonic() > until:
                break
            self._check()
        self._reach(self.published)
        return self.published
