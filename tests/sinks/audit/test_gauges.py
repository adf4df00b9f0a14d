"""Gauges as workers tell them, beside their recount from the archive, and their repair."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.indicators.gauge_keys import key_of
from contracts.messages import GAUGE, position
from contracts.reference.province import load_reference
from contracts.registry import FEEDS, feed_named
from contracts.settings import Settings
from contracts.topics import changelog_topic
from producers.registry import simulator_of
from producers.simulator import NATURAL
from producers.simulator import World as Simulated
from sinks.audit.auditor import Auditor
from sinks.audit.gauge_repair import gauge_corrections
from sinks.audit.result import FeedAudit
from streams.kafka.batch import PartitionBatch
from streams.partition.messages import emission
from streams.partition.state import PartitionState
from tests.sinks.audit.conftest import Audit
from tests.sinks.audit.world import World
from tests.streams.logs import accepted_events

GAUGED = [feed.name for feed in FEEDS if feed.gauges]
MONDAY_S = 1_793_581_200
"""2 November 2026, 8:00 in Vietnam."""
STRETCH_S = {"report": 40 * 86_400, "health": 4 * 86_400, "traffic": 900}
"""The event time for feeds with few or many events a day."""
MOST = 1_500
"""Events of a feed."""


@dataclass
class Worker:
    """A worker of partition 0 of a feed, with a sink that stores its messages."""

    world: World
    feed: Feed
    settings: Settings
    table: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reference = load_reference(self.settings)
        self.state = PartitionState(self.feed, self.settings, self.reference, {})

    def take(self, events: list[dict[str, Any]], publish_ms: list[int]) -> None:
        """Process a batch, and archive the accepted events."""
        first = self.state.next_offset
        batch = PartitionBatch(
            f"ioc.events.{self.feed.name}.v1",
            0,
            list(range(first, first + len(events))),
            publish_ms,
            [event["district"].encode() for event in events],
            [orjson.dumps(event) for event in events],
        )
        outcome = self.state.apply(batch)
        self.store(outcome.writes)
        accepted = accepted_events(outcome)
        for kind in {event["kind"] for event in accepted}:
            rows = [event for event in accepted if event["kind"] == kind]
            names = {name for row in rows for name in row}
            self.world.insert(
                f"events_{self.feed.name}",
                [{name: row.get(name) for name in names} for row in rows],
            )

    def store(self, writes: dict[str, bytes | None]) -> None:
        self.table |= {key: payload for key, payload in writes.items() if payload is not None}
        for gone in [key for key, payload in writes.items() if payload is None]:
            self.table.pop(gone, None)

    def tell(self, watermark_s: float | None = None, now_ms: int = 1_800_000_000_000) -> None:
        """Emit gauges and progress, as of the watermark or, where nothing comes, of the clock."""
        at_s = self.state.watermark_s if watermark_s is None else watermark_s
        for message in emission(self.feed.name, self.settings, 0, self.state, at_s, now_ms):
            kind = message.key.split("|")[0]
            if kind in (GAUGE, "progress"):
                self.world.insert(
                    "gauges" if kind == GAUGE else kind, [orjson.loads(message.value)]
                )

    def mirror(self) -> None:
        """Store the state as the sink mirrors it."""
        topic = changelog_topic(self.feed.name)
        self.world.client.command("TRUNCATE TABLE state")
        self.world.insert(
            "state",
            [
                {
                    "table_topic": topic,
                    "partition": 0,
                    "key": orjson.dumps(f"0|{key}").decode(),
                    "value": payload.decode(),
                    "deleted": False,
                    "upto": 1,
                    "position": 1,
                }
                for key, payload in self.table.items()
            ],
        )


def told(feed: str, settings: Settings) -> Iterator[tuple[int, dict[str, Any]]]:
    """The events of a simulator, in the order of publication."""
    simulator = simulator_of(feed, Simulated.load(settings))
    end_s = MONDAY_S + STRETCH_S.get(feed, 86_400)
    planned = [
        each
        for start_s in range(MONDAY_S - MONDAY_S % simulator.slot_s, end_s, simulator.slot_s)
        for each in simulator.events(start_s, NATURAL)
        if each.publish_ms < end_s * 1000  # else all that is opened is closed as well
    ]
    planned.sort(key=lambda each: each.publish_ms)
    step = max(1, len(planned) // MOST)
    for each in planned[::step]:
        yield each.publish_ms, each.event


def worked(world: World, feed: str, settings: Settings) -> Worker:
    """A worker that has processed some days of a feed, and emitted its gauges several times."""
    worker = Worker(world, feed_named(feed), settings.model_copy(update={"generation": 3}))
    planned = list(told(feed, settings))
    size = max(1, len(planned) // 5)
    for number, first in enumerate(range(0, len(planned), size)):
        part = planned[first : first + size]
        worker.take([event for _, event in part], [at_ms for at_ms, _ in part])
        worker.tell(now_ms=1_800_000_000_000 + number)
    return worker


@pytest.mark.parametrize("feed", GAUGED)
def test_what_the_worker_tells_is_what_the_archive_says(
    world: World, audit: Audit, audited: Settings, feed: str
) -> None:
    worker = worked(world, feed, audited)
    found = audit(feed)
    assert (found.gauges_wrong, _of_gauges(found)) == (0, [])
    assert found.gauges_checked > len(worker.feed.gauges)
    worker.tell(worker.state.watermark_s + 7_201.5, 1_800_000_100_000)
    idle = audit(feed)
    assert (idle.gauges_wrong, _of_gauges(idle)) == (0, [])


@pytest.mark.parametrize("feed", GAUGED)
def test_of_a_district_where_nobody_was_heard_from_it_is_known_who_is_there(
    world: World, audit: Audit, audited: Settings, feed: str
) -> None:
    worker = Worker(world, feed_named(feed), audited.model_copy(update={"generation": 3}))
    everywhere = list(told(feed, audited))
    one = min(event["district"] for _, event in everywhere)
    planned = [each for each in everywhere if each[1]["district"] == one]
    worker.take([event for _, event in planned], [at_ms for at_ms, _ in planned])
    worker.tell()
    found = audit(feed)
    assert (found.gauges_wrong, _of_gauges(found)) == (0, [])


def _of_gauges(found: FeedAudit) -> list[str]:
    return [fault for fault in found.faults if "gauge" in fault]


@pytest.mark.parametrize("feed", GAUGED)
def test_a_gauge_that_lost_an_event_is_named_and_mended(
    world: World, audit: Audit, audited: Settings, feed: str
) -> None:
    """Each item that the worker keeps is spoilt, one after the other; the archive knows better."""
    worker = worked(world, feed, audited)
    right = worker.state.gauges.take_changed(worker.state.watermark_s + 3_600)
    for key in [key for key in worker.table if key.startswith("gauge-")]:
        worker.table[key] = _spoilt(worker.table[key])
    worker.mirror()
    worker.state = PartitionState(worker.feed, worker.settings, worker.reference, worker.table)
    worker.tell(now_ms=1_800_000_200_000)
    found = audit(feed)
    assert found.gauges_wrong > 0
    assert _of_gauges(found)
    auditor = Auditor(world.client, audited, lambda _: False)
    look = auditor.settled(feed, None)
    wrong = {each.district for each in look.gauges.wrong}
    sent = list(gauge_corrections(world.client, worker.feed, worker.reference, look.told, wrong))
    for correction in sent * 2:  # the second time, no value is the held one any more
        worker.store(worker.state.correct(orjson.loads(orjson.dumps(correction))))
    worker.tell(now_ms=1_800_000_300_000)
    assert (audit(feed).gauges_wrong, sent != []) == (0, True)
    again = PartitionState(worker.feed, worker.settings, worker.reference, worker.table)
    assert again.gauges.take_changed(worker.state.watermark_s + 3_600) == right


def _spoilt(payload: bytes) -> bytes:
    """An entry of a gauge in which one thing is lost."""
    held = orjson.loads(payload)
    if isinstance(held, dict):
        inner = held.get("hours", held)
        if inner:
            inner.pop(next(iter(inner)))
    elif len(held) > 2 and held[1] > held[2]:
        held[2] = held[1] + 1  # an open item counts as closed
    return orjson.dumps(held)


def test_an_item_that_nothing_closed_in_the_state_is_closed_by_the_archive(
    world: World, audit: Audit, audited: Settings
) -> None:
    worker = Worker(world, feed_named("dossier"), audited.model_copy(update={"generation": 3}))
    world.event("dossier", "received", "03:00:00", dossier_id="a", offset=0)
    world.event("dossier", "returned", "03:05:00", dossier_id="a", offset=1)
    entry = ["148", 1_795_143_600_000, 0, 0, 0, "", 1_795_143_600_000]
    key = next(iter(_keys(worker)))
    worker.table = {f"{key}|a": orjson.dumps(entry), f"{key}|@148": b"[]"}
    worker.mirror()
    row = {
        "feed": "dossier", "district": "148", "version": position(3, 1), "counts": {"open": 1},
        "as_of_ms": 1_795_143_900_000, "histograms": {}, "sets": {},
    }  # fmt: skip
    world.insert("gauges", [row])
    found = audit("dossier")
    assert found.gauges_wrong == 1
    assert "gauge open of district 148 is 1, recounted 0" in " ".join(found.faults)


def _keys(worker: Worker) -> Iterator[str]:
    yield from map(key_of, worker.feed.gauges)


def test_figures_that_stand_still_are_named(world: World, audit: Audit, writing: Client) -> None:
    """Progress continues, but nobody emits figures."""
    world.event("press", "article", "03:00:00")
    world.progress("press", watermark="2026-11-20T05:00:00Z")
    world.insert("indicators", [_figure("2026-11-20T04:57:59Z")])
    assert "121 s of event time behind" in " ".join(audit("press").faults)
    world.insert("indicators", [_figure("2026-11-20T04:58:00Z", version=2)])
    assert "behind" not in " ".join(audit("press").faults)
    writing.command("TRUNCATE TABLE indicator_current")


def _figure(as_of: str, version: int = 1) -> dict[str, Any]:
    return {
        "indicator": "press.articles", "district": "17", "horizon_s": 300,
        "window_end": "2026-11-20T05:00:00Z", "as_of": as_of, "value": 1, "numerator": 1,
        "denominator": None, "computed_at": "2026-11-20T05:00:00Z", "version": version,
    }  # fmt: skip
