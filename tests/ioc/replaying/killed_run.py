"""What a run leaves in ClickHouse when all of it is killed, at any point of any route of its sink.

A worker's writes go three ways: accepted events, changelog entries (each partition in order) and
emissions. The sink's routes lag behind the worker, each by its own measure. So what ClickHouse
holds after a kill is a beginning of each of these, and only that.
"""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

import orjson

from contracts.feed import Feed
from contracts.messages import UPTO_HEADER
from contracts.reference.province import load_reference
from contracts.settings import Settings
from contracts.topics import changelog_topic
from ioc.state.rebuild import restore_or_rebuild
from ioc.topics import apply as topics
from sinks.consuming.bodies import arrays, panes, state
from sinks.consuming.inserter import INSERT_SETTINGS
from sinks.consuming.route import Headers, Insert, RollUp
from sinks.rollups.rolling import roll_up
from sinks.schema.event_table import table_name
from streams.kafka.batch import PartitionBatch
from streams.partition.messages import pane_message, progress_message
from streams.partition.state import PartitionState
from tests.chaos.recounts import wrong_panes
from tests.contracts.samples import SAMPLES
from tests.e2e.ledger import records
from tests.ioc.conftest import Database

PARTITIONS = {"148": 0, "155": 1}
START_S = 1_795_143_600
HOURS, EVERY_S = 150, 300
"""Six times as long as the worker keeps panes here, an item of each district every five minutes."""
RULES = {"kafka_partitions": 2, "lateness_h": 1, "pane_retention_h": 25}
BATCH, EMIT_EVERY = 60, 3
"""Events of a batch of both partitions, batches from one emission to the next."""

Entries = dict[str, bytes]
Cuts = Mapping[str, Sequence[int]]
"""Route -> how many of its messages are stored: by partition, of the panes in all."""


@dataclass(frozen=True)
class Sent:
    """A message that a worker sent."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@dataclass(frozen=True)
class Told:
    """A published event, and its id."""

    event_id: str
    district: str
    at_ms: int
    value: bytes


def story(feed: Feed, kinds: Sequence[str]) -> list[Told]:
    """Items of both districts: each is opened, and half of them end some hours later."""
    drawn = random.Random(7)
    events = []
    for item in range(HOURS * 3600 // EVERY_S):
        for district in PARTITIONS:
            opened_s = START_S + item * EVERY_S + drawn.randrange(EVERY_S)
            for stage, kind in enumerate(kinds[: 1 + item % 2]):
                at_ms = (opened_s + stage * (3600 + drawn.randrange(70_000))) * 1000
                fields = {"occurred_at": _iso(at_ms), "received_at": _iso(opened_s * 1000)}
                events.append(_told(feed, kind, district, item, at_ms, fields))
    return sorted(events, key=lambda event: event.at_ms)


def _told(
    feed: Feed, kind: str, district: str, item: int, at_ms: int, fields: dict[str, Any]
) -> Told:
    event_id = str(UUID(int=(at_ms << 20) + item * 8 + PARTITIONS[district] * 2 + len(kind) % 2))
    item_field = feed.gauges[0].item  # type: ignore[union-attr]
    names = {"event_id": event_id, "district": district, item_field: f"{district}-{item}"}
    body = SAMPLES[feed.name, kind] | names | fields
    return Told(event_id, district, at_ms, orjson.dumps(body))


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")


@dataclass
class Run:
    """A worker over one log, from a state on, and all that it sends."""

    feed: Feed
    settings: Settings
    entries: Mapping[int, Entries] = field(default_factory=dict)
    accepted: list[list[Sent]] = field(default_factory=lambda: [[], []])
    changelog: list[list[Sent]] = field(default_factory=lambda: [[], []])
    ends: list[list[int]] = field(default_factory=lambda: [[], []])
    """By partition: the numbers of changelog entries after which a batch is complete."""
    panes: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        reference = load_reference(self.settings)
        self.states = [
            PartitionState(self.feed, self.settings, reference, self.entries.get(number, {}))
            for number in PARTITIONS.values()
        ]
        self._offsets = [0, 0]

    def work(self, events: Sequence[Told]) -> None:
        """Work events through, batch by batch; now and then, and in the end, emit."""
        for number, batch in enumerate(self._batches(events), 1):
            self._apply(batch)
            if number % EMIT_EVERY == 0:
                self.emit()
        self.emit()

    def _batches(self, events: Sequence[Told]) -> Iterator[PartitionBatch]:
        for first in range(0, len(events), BATCH):
            by_place = sorted(events[first : first + BATCH], key=lambda e: PARTITIONS[e.district])
            for place, found in groupby(by_place, key=lambda e: PARTITIONS[e.district]):
                part = list(found)
                offset = self._offsets[place]
                self._offsets[place] += len(part)
                yield PartitionBatch(
                    f"ioc.events.{self.feed.name}.v1",
                    place,
                    range(offset, offset + len(part)),
                    [event.at_ms for event in part],
                    [event.district.encode() for event in part],
                    [event.value for event in part],
                )

    def _apply(self, batch: PartitionBatch) -> None:
        place = batch.partition
        outcome = self.states[place].apply(batch)
        assert not outcome.refused
        for _, chunk in outcome.accepted:
            self.accepted[place].append(Sent("", place, 0, None, chunk))
        headers = [(UPTO_HEADER, b"%d" % outcome.upto)]
        topic, log = changelog_topic(self.feed.name), self.changelog[place]
        for name, payload in outcome.writes.items():
            key = orjson.dumps(f"{place}|{name}")
            log.append(Sent(topic, place, len(log), key, payload, headers))
        self.ends[place].append(len(log))

    def emit(self) -> None:
        """Emit the changes, as a worker does."""
        name, settings = self.feed.name, self.settings
        now_ms = int(time.time() * 1000)  # panes that are too old are dropped
        for place, held in enumerate(self.states):
            messages = [
                pane_message(name, key, version, parts, now_ms)
                for key, (version, parts) in held.panes.take_changed().items()
            ]
            messages.append(
                progress_message(name, settings.generation, place, held, held.watermark_s, now_ms)
            )
            for each in messages:
                headers = [(UPTO_HEADER, b"%d" % each.upto)]
                self.panes.append(
                    Sent("", 0, len(self.panes), each.key.encode(), each.value, headers)
                )
            held.progress.emitted_upto = held.progress.upto

    @property
    def all(self) -> Cuts:
        """The cuts of a run that was not killed."""
        return {
            "accepted": [len(log) for log in self.accepted],
            "changelog": [len(log) for log in self.changelog],
            "panes": [len(self.panes)],
        }

    def store(self, database: Database, cuts: Cuts) -> None:
        """Insert the rows that the sink had written by then, each route in two inserts."""
        build_state = partial(state, self.settings.generation)
        build_archive = partial(arrays, table_name(self.feed.name))
        logs = (
            *((build_archive, log, cuts["accepted"][n]) for n, log in enumerate(self.accepted)),
            *((build_state, log, cuts["changelog"][n]) for n, log in enumerate(self.changelog)),
            (panes, self.panes, cuts["panes"][0]),
        )
        for build, log, count in logs:
            for part in (log[: count // 2], log[count // 2 : count]):
                for insert in build(part):  # type: ignore[operator]
                    if isinstance(insert, RollUp):
                        roll_up(database.client, insert.hours)
                    else:
                        write(database, insert)


def write(database: Database, insert: Insert, **more: int) -> None:
    """Insert as the sink does."""
    database.client.raw_insert(
        insert.table,
        insert.columns or None,
        insert.body,
        settings=INSERT_SETTINGS | more,
        fmt="JSONEachRow",
    )


def go_on(
    database: Database, bootstrap: str, feed: Feed, generation: int, events: Sequence[Told]
) -> list[str]:
    """The next run, over an empty log, to its end; returns its first messages."""
    settings = settings_of(database.settings, generation, bootstrap)
    said = begin(settings, feed)
    entries = {number: newest(log) for number, log in enumerate(changelog(settings, feed))}
    run = Run(feed, settings, entries)
    table = table_name(feed.name)
    archived = {str(event_id) for (event_id,) in database.rows(f"SELECT event_id FROM {table}")}
    run.work([event for event in events if event.event_id not in archived])
    run.store(database, run.all)
    return said


def settings_of(settings: Settings, generation: int, bootstrap: str = "") -> Settings:
    return settings.model_copy(
        update=RULES | {"generation": generation, "kafka_bootstrap": bootstrap}
    )


def begin(settings: Settings, feed: Feed) -> list[str]:
    """Create the topics and restore the state, as every start does; returns the messages."""
    topics.apply(settings, (feed,))
    said: list[str] = []
    restore_or_rebuild(settings, (feed,), load_reference(settings), said.append)
    return said


def changelog(settings: Settings, feed: Feed) -> list[list[Sent]]:
    """The records of a changelog, by partition."""
    found: list[list[Sent]] = [[], []]
    for each in records(settings.kafka_bootstrap, changelog_topic(feed.name)):
        place = (each.topic, each.partition, each.offset)
        found[each.partition].append(Sent(*place, each.key, each.value, each.headers))
    return found


def newest(log: Sequence[Sent]) -> Entries:
    """Name -> value, as a recovery would take them."""
    held: dict[bytes, tuple[int, bytes | None]] = {}
    for each in log:
        upto = int(each.headers[0][1])
        if each.key is not None and upto >= held.get(each.key, (-1, None))[0]:
            held[each.key] = (upto, each.value)
    return {
        orjson.loads(key).split("|", 1)[1]: value
        for key, (_, value) in held.items()
        if value is not None
    }


def differences(database: Database, feed: str) -> dict[str, list[Any]]:
    """Part -> the panes that differ from the recount of the archive."""
    found = {part: database.rows(sql) for part, sql in wrong_panes(feed).items()}
    return {part: rows for part, rows in found.items() if rows}
