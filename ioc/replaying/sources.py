"""The sources of replayed events: a file with its mapping, or a scenario."""

from pathlib import Path
from threading import Event
from typing import Protocol

from contracts.feed import Feed
from contracts.reference.province import Reference
from contracts.registry import feed_named
from ioc.replaying.meter import Meter
from ioc.replaying.report import Tally
from producers.replay.convert import Converter, Skip
from producers.replay.event import ReplayEvent
from producers.replay.files import open_records
from producers.replay.mapping import load_mapping
from producers.replay.plan import check_columns
from producers.replay.planner import make_plan
from producers.replay.store import EventStore
from producers.scenarios.seed_2023 import Seed2023

REACH_EVERY = 500


class Source(Protocol):
    """A source of one feed's events."""

    @property
    def feed(self) -> Feed:
        """The feed that they belong to."""

    def fill(self, store: EventStore, tally: Tally, meter: Meter, stop: Event) -> None:
        """Put the events into the store, and count; ends early if ``stop`` is set."""


class FileSource:
    """Records of a file. Raises IocError if file, mapping and feed don't fit together.

    Events after ``until_ms`` (milliseconds since 1970) can't have occurred yet.
    """

    def __init__(
        self, path: Path, feed: str, mapping: Path, reference: Reference, until_ms: int
    ) -> None:
        self.feed = feed_named(feed)
        self._path = path
        rules = load_mapping(mapping)
        plan = make_plan(mapping, rules, self.feed, reference.units)
        self._records = open_records(path, rules.file)
        check_columns(mapping, plan, path, self._records)
        self._converter = Converter(plan, self.feed, until_ms)

    def fill(self, store: EventStore, tally: Tally, meter: Meter, stop: Event) -> None:
        """See Source. Raises RecordFileError if the file breaks off."""
        with meter.stage(f"reading {self._path.name}, row", self._records.total) as reach:
            for record in self._records:
                if stop.is_set():
                    return
                tally.rows += 1
                for result in self._converter.convert(record):
                    self._take(result, record.row, store, tally)
                if tally.rows % REACH_EVERY == 0:
                    reach(record.row)
        if not tally.rows:
            meter.say(f"{self._path}: holds no row below its header")

    def _take(self, result: ReplayEvent | Skip, row: int, store: EventStore, tally: Tally) -> None:
        if isinstance(result, Skip):
            tally.skip(result)
            return
        tally.by_kind[result.kind] += 1
        if not store.add(result):
            tally.repeated.note(row)


class ScenarioSource:
    """The events of one feed of a scenario."""

    def __init__(self, scenario: Seed2023, feed: str, reference: Reference) -> None:
        self._scenario = scenario
        self._reference = reference
        self.feed = feed_named(feed)

    def fill(self, store: EventStore, tally: Tally, meter: Meter, stop: Event) -> None:
        """See Source."""
        scenario, reference, feed = self._scenario, self._reference, self.feed.name
        total = scenario.total(reference, feed)
        with meter.stage(f"scenario {scenario.name}, {feed}, event", total) as reach:
            for number, event in enumerate(scenario.events(reference, feed), 1):
                if stop.is_set():
                    return
                tally.by_kind[event.kind] += 1
                if not store.add(event):
                    tally.repeated.note(number)
                if number % REACH_EVERY == 0:
                    reach(number)
