"""``ioc replay``: turns records or a scenario into events, publishes them, and reports."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

from rich.console import Console

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.reference import load_reference
from contracts.settings import Settings
from contracts.topics import events_topic
from ioc.replaying.archive import archive_of
from ioc.replaying.isolated import database_of, isolated
from ioc.replaying.meter import Meter
from ioc.replaying.publishing import BATCH, Publishing
from ioc.replaying.report import print_report
from ioc.replaying.request import Request
from ioc.replaying.settling import Settling
from ioc.replaying.sources import FileSource, ScenarioSource, Source
from ioc.replaying.tally import Tally
from ioc.stack import Stack
from producers.client import answers, existing_topics
from producers.replay.pace import Pace
from producers.replay.store import EventStore


@dataclass(frozen=True)
class _Target:
    """Where events go; ``care`` looks after what was started for it."""

    settings: Settings
    care: Callable[[], None]


def replay(settings: Settings, request: Request, console: Console, stop: Event) -> bool:
    """Do what the request asks for and report; could any event be made?

    Setting ``stop`` ends it in order; the same request then goes on where it ended.

    Raises:
        IocError: a file, mapping or name is wrong, or Kafka or ClickHouse fails.
    """
    meter = Meter(console)
    source = _source(settings, request)
    tally = Tally()
    with EventStore() as store:
        source.fill(store, tally, meter, stop)
        is_whole = not stop.is_set()
        is_worth = bool(tally.events) and not request.dry_run and is_whole
        if is_worth:
            is_whole = _publish(settings, request, source.feed, store, tally, meter, stop)
    database = _database(settings, request) if is_worth else None
    print_report(console, tally, source.feed, database)
    if not is_whole:
        meter.say("stopped before the end; the same command goes on from here")
    return bool(tally.events)


def _database(settings: Settings, request: Request) -> str:
    return database_of(request.into) if request.into else settings.clickhouse_database


def _source(settings: Settings, request: Request) -> Source:
    reference = load_reference(settings)
    if request.scenario is not None:
        return ScenarioSource(request.scenario, reference)
    assert request.file is not None  # noqa: S101 - the request has checked that
    assert request.feed is not None  # noqa: S101
    assert request.mapping is not None  # noqa: S101
    now_ms = int(time.time() * 1000)
    return FileSource(request.file, request.feed, request.mapping, reference, now_ms)


def _publish(
    settings: Settings,
    request: Request,
    feed: Feed,
    store: EventStore,
    tally: Tally,
    meter: Meter,
    stop: Event,
) -> bool:
    """Publish what is not archived yet, and wait until it is; False where ``stop`` came first."""
    with _target(settings, request, feed, meter, stop) as target:
        if stop.is_set():
            return False
        _drop_archived(target.settings, feed, store, tally, meter)
        began = time.monotonic()
        with meter.stage("published", len(store)) as reach:
            pace = Pace(request.speed, time.monotonic)
            run = Publishing(target.settings, feed, pace, reach, stop, target.care)
            tally.published = run.run(store)
        tally.seconds = time.monotonic() - began
        is_whole = not stop.is_set()
        if not is_whole:
            meter.say("stopping once what was published is stored")
        settling = Settling(target.settings, feed, meter, target.care)
        settling.events()
        if request.into is not None:
            settling.figures()
    return is_whole


def _drop_archived(
    settings: Settings, feed: Feed, store: EventStore, tally: Tally, meter: Meter
) -> None:
    """Leave what ClickHouse has; what is left must not be too late. Raises IocError."""
    looked_up = 0
    with (
        archive_of(settings, feed) as archive,
        meter.stage("looked up in the archive", len(store)) as reach,
    ):
        for batch in store.batches(BATCH):
            known = archive.known(batch)
            store.drop(known)
            tally.archived += len(known)
            looked_up += len(batch)
            reach(looked_up)
        if span_ms := store.span_ms:
            archive.require_not_too_late(span_ms[0])


@contextmanager
def _target(
    settings: Settings, request: Request, feed: Feed, meter: Meter, stop: Event
) -> Iterator[_Target]:
    if request.into is None:
        _require_kafka(settings, feed)
        yield _Target(settings, lambda: None)
        return
    with isolated(settings, request.into, feed, meter.say, stop) as stack:
        yield _Target(stack.settings, lambda: _care(stack))


def _require_kafka(settings: Settings, feed: Feed) -> None:
    """Raise UnavailableError where Kafka does not answer, or lacks the feed's topic."""
    servers, topic = settings.kafka_bootstrap, events_topic(feed.name)
    if not answers(servers):
        raise UnavailableError(
            f"Kafka at {servers} does not answer: start the stack with `ioc up`, set "
            "IOC_KAFKA_BOOTSTRAP to its address, or replay apart from it with --into NAME"
        )
    if topic not in existing_topics(servers):
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
