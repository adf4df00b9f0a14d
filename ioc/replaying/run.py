"""The run of a replay: from sorted events to archived ones."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import events_topic
from ioc.embedded.stack import Stack
from ioc.replaying.archive import archive_of, is_archiving
from ioc.replaying.isolated import isolated
from ioc.replaying.lateness import Gaps
from ioc.replaying.meter import Meter
from ioc.replaying.past import tell_past
from ioc.replaying.publishing import BATCH, Publishing
from ioc.replaying.report import Tally
from ioc.replaying.settling import Settling
from ioc.replaying.withdrawal import withdraw
from producers.client import answers, existing_topics
from producers.replay.pace import Pace
from producers.replay.store import EventStore


@dataclass(frozen=True)
class Run:
    """Publishes the events of a store and counts them; ``stop``, once set, ends it in order."""

    feed: Feed
    store: EventStore
    tally: Tally
    meter: Meter
    stop: Event
    corrects: bool = False
    """Whether events are published again if their archived version differs."""

    def run(self, settings: Settings, into: str | None, speed: float | None) -> bool:
        """Publish what is not archived yet and wait until it is; False if ``stop`` came first.

        ``into`` names an isolated run, None means the stack of the settings; ``speed`` is the
        factor by which time passes faster, None: as fast as possible.

        Raises:
            IocError: Kafka or ClickHouse fails, or events would be too late.
        """
        if into is None:
            return self._into_running(settings, speed)
        return self._apart(settings, into, speed)

    def _into_running(self, settings: Settings, speed: float | None) -> bool:
        """Publish into the stack of the settings."""
        _require_kafka(settings, self.feed)
        settling = Settling(settings, self.feed, self.meter, _no_care)
        # Events of an earlier run may still be on their way to the archive.
        settling.events()
        self._drop_archived(settings)
        is_whole = self._publish(settings, speed, _no_care)
        settling.events()
        return is_whole

    def _apart(self, settings: Settings, into: str, speed: float | None) -> bool:
        """Publish into a separate stack, which runs for as long as this takes."""
        with isolated(settings, into, self.feed) as isolated_run:
            if is_archiving(isolated_run.settings, self.feed):
                self._drop_archived(isolated_run.settings, may_withdraw=True)
            with isolated_run.running(self.meter.say, self.stop) as stack:
                if self.stop.is_set():
                    return False

                def care() -> None:
                    _care(stack)

                settling = Settling(stack.settings, self.feed, self.meter, care)
                is_whole = self._publish(stack.settings, speed, care)
                settling.events()
                settling.panes()
                inner = stack.settings
            # Broker and worker have ended: nothing else writes to this database any more.
            return tell_past(inner, self.feed, self.meter, self.stop) and is_whole

    def _drop_archived(self, settings: Settings, *, may_withdraw: bool = False) -> None:
        """Remove archived events; the rest must not be too late behind them.

        Raises:
            IocError: it is too late, and (or not ``may_withdraw``) behind other events than those
                of this replay.
        """
        looked_up = 0
        with archive_of(settings, self.feed) as archive:
            gaps = Gaps(settings, archive.newest_ms(), corrects=self.corrects)
            with self.meter.stage("looked up in the archive", len(self.store)) as reach:
                for batch in self.store.batches(BATCH):
                    gaps.look(self.store, batch, archive.known(batch))
                    looked_up += len(batch)
                    reach(looked_up)
            self.tally.changed = gaps.changed
            self.tally.archived = gaps.drop_whole(self.store)
            if not may_withdraw or gaps.are_before_others(archive.count_after):
                gaps.require_none()
        if gaps.oldest:
            is_correction = self.corrects and gaps.changed
            what = "were changed" if is_correction else "a kill kept from being archived"
            self.meter.say(
                f"{gaps.after.total():,} archived events lie after some that {what}: all of them "
                "are published again, in order"
            )
            withdraw(settings, self.feed, gaps.oldest)

    def _publish(self, settings: Settings, speed: float | None, care: Callable[[], None]) -> bool:
        """Publish the rest of the store; False if ``stop`` came first."""
        began, pace = time.monotonic(), Pace(speed, time.monotonic)
        with self.meter.stage("published", len(self.store)) as reach:
            publishing = Publishing(settings, self.feed, pace, reach, self.stop, care)
            self.tally.published = publishing.run(self.store)
        self.tally.seconds = time.monotonic() - began
        is_whole = not self.stop.is_set()
        if not is_whole:
            self.meter.say("stopping once what was published is stored")
        return is_whole


def _require_kafka(settings: Settings, feed: Feed) -> None:
    """Raise UnavailableError if Kafka does not answer or lacks the feed's topic."""
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


def _no_care() -> None:
    """Do nothing: the stack has its own supervisor."""


def _care(stack: Stack) -> None:
    """Restart ended parts; not a broker, whose log is lost and whose events are published again."""
    if stack.broker.exit_code is not None:
        raise UnavailableError(
            f"the broker ended ({stack.broker.last_words() or 'it said nothing'}); give the same "
            "command again, which continues after the archived events"
        )
    stack.care()
