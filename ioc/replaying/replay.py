"""``ioc replay``: turns records or a scenario into events, publishes them, and reports."""

import time
from threading import Event

from rich.console import Console

from contracts.reference.province import load_reference
from contracts.settings import Settings
from ioc.replaying.isolated import database_of
from ioc.replaying.meter import Meter
from ioc.replaying.report import Tally, print_report
from ioc.replaying.request import Request
from ioc.replaying.run import Run
from ioc.replaying.sources import FileSource, ScenarioSource, Source
from producers.replay.store import EventStore
from producers.scenarios import scenario_named


def replay(settings: Settings, request: Request, console: Console, stop: Event) -> bool:
    """Carry out the request and report. True if there were no records, or any event could be made.

    Setting ``stop`` ends it in order; the same request then continues where it ended. Each feed of
    a scenario is replayed after the other.

    Raises:
        IocError: a file, mapping or name is wrong, or Kafka or ClickHouse fails.
    """
    meter = Meter(console)
    is_any = True
    for source in _sources(settings, request):
        tally, is_whole = _replay(settings, request, source, meter, stop)
        is_any = is_any and (bool(tally.events) or not tally.rows)
        if not is_whole:
            meter.say("stopped before the end; the same command continues from here")
            break
    return is_any


def _replay(
    settings: Settings, request: Request, source: Source, meter: Meter, stop: Event
) -> tuple[Tally, bool]:
    """Replay one feed and report; the counts, and whether ``stop`` did not come first."""
    tally = Tally()
    with EventStore() as store:
        source.fill(store, tally, meter, stop)
        is_whole = not stop.is_set()
        is_worth = bool(tally.events) and not request.dry_run and is_whole
        if is_worth:
            run = Run(source.feed, store, tally, meter, stop, corrects=request.corrects)
            is_whole = run.run(settings, request.into, request.speed)
    database = _database(settings, request) if is_worth else None
    print_report(meter.console, tally, source.feed, database, corrects=request.corrects)
    return tally, is_whole


def _database(settings: Settings, request: Request) -> str:
    return database_of(request.into) if request.into else settings.clickhouse_database


def _sources(settings: Settings, request: Request) -> list[Source]:
    reference = load_reference(settings)
    if request.scenario is not None:
        scenario = scenario_named(request.scenario)
        return [ScenarioSource(scenario, feed, reference) for feed in scenario.feeds]
    assert request.file is not None  # noqa: S101 - the request has checked that
    assert request.feed is not None  # noqa: S101
    assert request.mapping is not None  # noqa: S101
    now_ms = int(time.time() * 1000)
    return [FileSource(request.file, request.feed, request.mapping, reference, now_ms)]
