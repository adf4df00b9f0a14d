"""The producers' process: publishes all simulated feeds, first the missed past, then live."""

import logging
import time
from collections.abc import Callable, Sequence
from itertools import islice
from threading import Event

from contracts.feed import Feed
from contracts.settings import Settings
from producers import checkpoint
from producers.calendar import local_time
from producers.checkpoint import Checkpoint
from producers.faults import Faults
from producers.identity import Namer
from producers.publisher import Publisher
from producers.registry import simulator_of
from producers.simulator import World
from producers.timeline import Timeline, history_s, pace_of, span_of
from producers.vitals import ProducerVitals

log = logging.getLogger(__name__)

TICK_S = 0.05
TURN = 500
SAVE_EVERY_S = 1.0
SAY_EVERY_S = 3.0
FLUSH_SHARE = 0.5
"""Share of the shutdown time in which Kafka may still acknowledge what was sent."""
BEHIND_MS = 5_000


class FeedRun:
    """One feed of a run: its timeline, its checkpoint, and how far it has come."""

    def __init__(self, feed: str, settings: Settings, world: World, now_ms: int) -> None:
        simulator = simulator_of(feed, world)
        self.feed = feed
        self.sent = 0
        self.is_behind = True
        self._path = settings.data_dir / "producers" / f"{feed}.json"
        self._plan = f"seed {settings.seed}, rate {settings.rate}"
        history_ms = round(history_s(simulator, settings.rate, settings.history_h) * 1000)
        self._saved = checkpoint.load(self._path)
        span = span_of(self._plan, self._saved, now_ms, history_ms)
        self._origin_ms, self._reached_ms = span.origin_ms, span.from_ms
        faults = Faults(settings.fault_share, world.units, Namer(world.seed, feed))
        self._timeline = Timeline(simulator, pace_of(simulator, settings.rate), faults, span)
        log.info("%s: from %s", feed, self._reached)

    def turn(self, publisher: Publisher, now_ms: int) -> bool:
        """Send the next due messages, a few hundred at most. True if there may be more."""
        count = 0
        for message in islice(self._timeline.take(now_ms), TURN):
            publisher.send(self.feed, message)
            self._reached_ms = message.publish_ms
            count += 1
        self.sent += count
        was_behind = self.is_behind
        self.is_behind = count == TURN and now_ms - self._reached_ms > BEHIND_MS
        if was_behind and not self.is_behind:
            log.info("%s: %d events sent, live from here", self.feed, self.sent)
        return count == TURN

    def say(self) -> None:
        """Log its progress while it is behind."""
        if self.is_behind:
            log.info("%s: %d events sent, until %s", self.feed, self.sent, self._reached)

    def save(self, publisher: Publisher) -> None:
        """Write the checkpoint if more was acknowledged."""
        published_ms = publisher.acknowledged.get(self.feed)
        if published_ms is None:
            return
        reached = Checkpoint(self._plan, self._origin_ms, published_ms)
        if reached != self._saved:
            checkpoint.save(self._path, reached)
            self._saved = reached

    @property
    def reached_s(self) -> float:
        """The publication time that it has reached, in seconds since 1970."""
        return self._reached_ms / 1000

    @property
    def _reached(self) -> str:
        return f"{local_time(self._reached_ms):%Y-%m-%d %H:%M:%S}"


def run(
    settings: Settings,
    feeds: Sequence[Feed],
    stop: Event,
    clock: Callable[[], float] = time.time,
    beat: Callable[[], None] = lambda: None,
    show: Callable[[ProducerVitals], None] = lambda _: None,
) -> None:
    """Publish the simulated events of ``feeds`` until ``stop`` is set.

    ``clock`` returns seconds since 1970. Events due since the checkpoint are caught up; a first run
    starts with the history that suits the feed. Waits for Kafka and its topics as long as it takes.
    ``beat`` is called about once a second while the loop runs, ``show`` once, with the vitals of
    the process.

    Raises:
        DataFileError: a file of units, agencies or cameras can't be used.
        UnknownFeedError: a feed has no simulator.
    """
    world = World.load(settings)
    now_ms = int(clock() * 1000)
    runs = [FeedRun(feed.name, settings, world, now_ms) for feed in feeds]
    publisher = Publisher(settings, stop)
    show(ProducerVitals(runs, publisher))
    try:
        _loop(runs, publisher, stop, clock, beat)
    finally:
        if not publisher.flush(FLUSH_SHARE * settings.stop_s):
            log.warning("%d messages unacknowledged; the next run sends them", publisher.pending)
        for feed_run in runs:
            feed_run.save(publisher)
        publisher.close()


def _loop(
    runs: Sequence[FeedRun],
    publisher: Publisher,
    stop: Event,
    clock: Callable[[], float],
    beat: Callable[[], None],
) -> None:
    saved_at = said_at = time.monotonic()
    while not stop.is_set():
        now_ms = int(clock() * 1000)
        turns = [feed_run.turn(publisher, now_ms) for feed_run in runs]
        publisher.settle()
        now = time.monotonic()
        if now - saved_at >= SAVE_EVERY_S:
            saved_at = now
            beat()
            for feed_run in runs:
                feed_run.save(publisher)
        if now - said_at >= SAY_EVERY_S:
            said_at = now
            for feed_run in runs:
                feed_run.say()
        if not any(turns):
            stop.wait(TICK_S)
