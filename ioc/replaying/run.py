"""The run of a replay: from sorted events to archived ones."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import events_topic
from ioc.replaying.archive import archive_of
from ioc.replaying.isolated import isolated
from ioc.replaying.lateness import require_not_too_late
from ioc.replaying.meter import Meter
from ioc.replaying.publishing import BATCH, Publishing
from ioc.replaying.settling import Settling
from ioc.replaying.tally import Tally
from ioc.stack import Stack
from producers.client import answers, existing_topics
from producers.replay.pace import Pace
from producers.replay.store import EventStore


@dataclass(frozen=True)
class Run:
    """Publishes the events of a store and counts; ``stop``, once set, ends it in order."""

    feed: Feed
    store: EventStore
    tally: Tally
    meter: Meter
    stop: Event

    def run(self, settings: Settings, into: str | None, speed: float | None) -> bool:
        """Publish what is not archived yet and wait until it is; False where ``stop`` came first.

        ``into`` names an isolated run, None means the stack of the settings; ``speed`` is the
        factor by which time passes faster, None: as fast as can be.

        Raises:
            IocError: Kafka or ClickHouse fails, or events would be too late.
        """
        with self._target(settings, into) as (target, care):
            if self.stop.is_set():
                return False
            settling = Settling(target, self.feed, self.meter, care)
            if into is None:
                # What a run before this one published may still be on its way to the archive.
                settling.events()
            self._drop_archived(target)
            self._publish(target, Pace(speed, time.monotonic), care)
            is_whole = not self.stop.is_set()
            if not is_whole:
                self.meter.say("stopping once what was published is stored")
            settling.events()
            if into is not None:
                settling.figures()
        return is_whole

    @contextmanager
    def _target(
        self, settings: Settings, into: str | None
    ) -> Iterator[tuple[Settings, Callable[[], None]]]:
        """Settings to publish by, and what looks after the processes that were started for it."""
        if into is None:
            _require_kafka(settings, self.feed)
            yield settings, lambda: None
            return
        with isolated(settings, into, self.feed, self.meter.say, self.stop) as stack:
            yield stack.settings, lambda: _care(stack)

    def _drop_archived(self, settings: Settings) -> None:
        """Leave what ClickHouse has; what is left must not be too late. Raises IocError."""
        looked_up = 0
        with (
            archive_of(settings, self.feed) as archive,
            self.meter.stage("looked up in the archive", len(self.store)) as reach,
        ):
            for batch in self.store.batches(BATCH):
                known = archive.known(batch)
                self.store.drop(known)
                self.tally.archived += len(known)
                looked_up += len(batch)
                reach(looked_up)
            require_not_too_late(settings, self.store.oldest_ms, archive.newest_ms())

    def _publish(self, settings: Settings, pace: Pace, care: Callable[[], None]) -> None:
        began = time.monotonic()
        with self.meter.stage("published", len(self.store)) as reach:
            publishing = Publishing(settings, self.feed, pace, reach, self.stop, care)
            self.tally.published = publishing.run(self.store)
        self.tally.seconds = time.monotonic() - began


def _require_kafka(settings: Settings, feed: Feed) -> None:
    """Raise UnavailableError where Kafka does not answer, or lacks the feed's topic."""
    servers, topic = settings.kafka_bootstrap, events_topic(feed.name)
    if not answers(settings):
        raise UnavailableError(
            f"Kafka at {servers} does not answer: start the stack with `ioc up`, set "
            "IOC_KAFKA_BOOTSTRAP to its address, or replay apart from it with --into NAME"
        )
    if topic not in existing_topics(settings):
        raise UnavailableError(
            f"Kafka at {servers} has no topic {topic}: create it with `ioc topics apply`"
        )


def _care(stack: Stack) -> None:
    """Start again what ended; not a broker, whose log is gone: what it held is published anew."""
    if stack.broker.exit_code is not None:
        raise UnavailableError(
            f"the broker ended ({stack.broker.last_words() or 'it said nothing'}); give the same "
            "command again, which goes on from what is archived"
        )
    stack.care()
