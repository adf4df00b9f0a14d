"""A repair's messages to the workers, over a real broker, and its report of the result."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from kafka import KafkaAdminClient

from contracts.errors import UnavailableError
from contracts.settings import Settings
from contracts.topics import CORRECTIONS
from ioc.embedded.ports import free_port
from sinks.audit.auditor import Auditor
from sinks.audit.repair import Repairer
from sinks.errors import RepairError
from tests.e2e.ledger import records
from tests.sinks.audit.world import World, moment, version
from tests.sinks.processes import Broker

RIGHT = {"events": 1, "detections": 1, "suspected": 1, "speed_deci_kmh": 615}


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    process = Broker(tmp_path)
    process.start()
    admin = KafkaAdminClient(bootstrap_servers=f"127.0.0.1:{process.port}")
    admin.create_topics({CORRECTIONS: {"num_partitions": 2, "replication_factor": 1}})
    admin.close()
    yield process
    process.end()


@pytest.fixture
def settings(audited: Settings, broker: Broker) -> Settings:
    changes = {"kafka_bootstrap": f"127.0.0.1:{broker.port}", "audit_settle_s": 3}
    return audited.model_copy(update=changes)


@pytest.fixture
def damaged(world: World) -> World:
    """Three panes of one detection each: one that counts too much, one that is not there, one
    sound; and one that no event is behind. District 150 comes from partition 1."""
    world.event("traffic", "detection", "03:00:00", vehicle_class="car")
    world.event("traffic", "detection", "03:01:00", vehicle_class="car")
    world.event("traffic", "detection", "03:02:00", district="150", partition=1, offset=0)
    world.progress("traffic", 1)
    world.progress("traffic", partition=1, version=version(0))
    world.pane("traffic", "03:00", RIGHT | {"detections": 2}, {"speed_kmh": {61: 1, 60: 1}}, upto=1)
    world.pane("traffic", "03:02", RIGHT, {"speed_kmh": {61: 1}}, upto=0, district="150")
    world.pane("traffic", "03:09", {"events": 1}, upto=0, district="150")
    return world


def corrections(settings: Settings) -> list[tuple[int, bytes, dict[str, Any]]]:
    """Partition, key and value of all messages of the topic, in the order of panes."""
    sent = records(settings.kafka_bootstrap, CORRECTIONS)
    found = [(each.partition, each.key, orjson.loads(each.value)) for each in sent]
    return sorted(found, key=lambda each: str(each[2]["pane"]))


def test_corrections_reach_the_worker_of_the_pane_and_mend_it(
    damaged: World, settings: Settings
) -> None:
    """The test plays the worker, while the repair waits for it."""

    def work(seconds: float) -> bool:
        if seconds:
            for _, _, sent in corrections(settings):
                damaged.insert("panes", [_as_pane(sent)])
        return False

    found = Repairer(Auditor(damaged.client, settings, work), settings).repair("traffic", None)
    assert (found.panes_wrong, found.panes_repaired, found.faults) == (3, 3, ())
    right = {"counts": RIGHT, "histograms": {"speed_kmh": {"61": 1}}, "sets": {}}
    nothing: dict[str, Any] = {"counts": {}, "histograms": {}, "sets": {}}
    assert corrections(settings) == [
        (0, b"148", _sent("148", "03:00", version(1), right)),
        (0, b"148", _sent("148", "03:01", 0, right)),
        (1, b"150", _sent("150", "03:09", version(0), nothing)),
    ]


def _sent(district: str, clock: str, seen: int, parts: dict[str, Any]) -> dict[str, Any]:
    pane = moment(f"{clock}:00.000")
    return {"feed": "traffic", "district": district, "pane": pane, "seen": seen, **parts}


def _as_pane(sent: dict[str, Any]) -> dict[str, Any]:
    seen = sent.pop("seen")
    return {**sent, "version": seen or version(1), "emitted_at": moment("04:00:00")}


def test_what_nobody_corrects_remains(damaged: World, settings: Settings) -> None:
    brief = settings.model_copy(update={"audit_settle_s": 0.001})
    found = Repairer(Auditor(damaged.client, brief, lambda _: False), brief).repair("traffic", None)
    assert (found.panes_wrong, found.panes_repaired, len(found.faults)) == (3, 0, 3)


def test_it_repairs_nothing_while_events_are_missing(damaged: World, settings: Settings) -> None:
    before = len(corrections(settings))
    damaged.delete("events_traffic", "offset = 1")
    brief = settings.model_copy(update={"audit_settle_s": 0.001})
    with pytest.raises(RepairError, match="0 events are missing, 1 not in the archive"):
        Repairer(Auditor(damaged.client, brief, lambda _: False), brief).repair("traffic", None)
    assert len(corrections(settings)) == before


def test_a_broker_that_is_away_is_one_sentence(damaged: World, audited: Settings) -> None:
    nowhere = audited.model_copy(update={"kafka_bootstrap": f"127.0.0.1:{free_port()}"})
    auditor = Auditor(damaged.client, nowhere, lambda _: False)
    with pytest.raises(UnavailableError, match=r"take the corrections.*IOC_KAFKA_BOOTSTRAP"):
        Repairer(auditor, nowhere).repair("traffic", None)
