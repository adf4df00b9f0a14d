"""Three brokers under load: one killed, leaders changed, partitions moved, all restarted."""

import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from kafka import TopicPartition

from contracts.topics import accepted_topic, changelog_topic, events_topic
from tests.chaos.checks import RUN_FEEDS
from tests.chaos.scene import Scene
from tests.chaos.settling import evidence_of, settle
from tests.e2e.running import run_ioc
from tests.kafka.cluster import BROKERS, ClusterAdmin, cluster_environment
from tests.kafka.going_on import wait_for_work
from tests.kafka.pauses import pauses_s, sent_at, told

SEED, RATE, HISTORY_H = 21, 50, 0.01
ACCEPTED = [accepted_topic(feed.name) for feed in RUN_FEEDS]
LOST = 0
"""The index of the broker that is killed."""
LOST_S = 15.0
ON_S = 3.0
"""Seconds without the killed broker, and of work between two moves."""


@dataclass
class Run:
    """The actions with their times (seconds since 1970), and the results."""

    faults: dict[str, float] = field(default_factory=dict)
    led_by_the_lost: int = 0
    changed_leaders: int = 0
    replicas: list[set[int]] = field(default_factory=list)
    """The brokers of the moved partitions: away from one, and back."""
    checked: str = ""
    differences: list[str] = field(default_factory=list)
    pauses: dict[str, list[float]] = field(default_factory=dict)
    archived: int = 0


def lose_a_broker(scene: Scene, admin: ClusterAdmin, run: Run) -> None:
    lost = scene.brokers[LOST]
    run.led_by_the_lost = list(admin.leaders().values()).count(LOST + 1)
    run.faults["one of three killed"] = time.time()
    scene.take_broker(lost, signal.SIGKILL)
    scene.wait(LOST_S)
    scene.bring_back(lost)
    scene.until(admin.is_in_sync, "all replicas are in sync after a loss")


def change_leaders(scene: Scene, admin: ClusterAdmin, run: Run) -> None:
    """The killed broker leads nothing any more; by preference it leads a third again."""
    before = admin.leaders()
    run.faults["leaders changed"] = time.time()
    admin.lead_as_preferred()
    scene.until(lambda: LOST + 1 in admin.leaders().values(), "the lost one leads again")
    after = admin.leaders()
    run.changed_leaders = sum(after[log] != before[log] for log in before)


def move_partitions(scene: Scene, admin: ClusterAdmin, run: Run) -> None:
    """Raw events and state of a feed leave the broker that leads their partition, and return."""
    first = events_topic("traffic")
    leader = admin.leaders()[TopicPartition(first, 0)]
    logs = [TopicPartition(name, 0) for name in (first, changelog_topic("traffic"))]
    rest = [number for number in range(1, BROKERS + 1) if number != leader]
    run.faults["partitions moved"] = time.time()
    for brokers in (rest, [leader, *rest]):
        admin.move(logs, brokers)
        scene.until(lambda: not admin.is_moving() and admin.is_in_sync(), "moved")
        held = admin.partitions()
        run.replicas += [set(held[log]["replica_nodes"]) for log in logs]
        scene.wait(ON_S)


def restart_all(scene: Scene, admin: ClusterAdmin, run: Run) -> None:
    run.faults["all restarted in turn"] = time.time()
    for broker in scene.brokers:
        scene.take_broker(broker, signal.SIGTERM)
        scene.bring_back(broker)
        scene.until(admin.is_in_sync, f"all replicas are in sync after {broker.name} restarted")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    environment = cluster_environment(tmp_path_factory.mktemp("loss"), SEED, RATE, HISTORY_H)
    run = Run()
    with Scene(environment) as scene, ClusterAdmin(environment) as admin:
        run.checked = run_ioc(environment | {"COLUMNS": "200"}, "topics", "check").stdout
        wait_for_work(scene)
        for fault in (lose_a_broker, change_leaders, move_partitions, restart_all):
            fault(scene, admin, run)
            wait_for_work(scene)
        scene.stop_producers()
        ended = time.time()
        evidence = evidence_of(scene)
        run.differences = settle(scene, evidence)
        moments = sent_at(environment["IOC_KAFKA_BOOTSTRAP"], ACCEPTED)
        times = [*run.faults.values(), ended]
        for number, what in enumerate(run.faults):
            run.pauses[what] = pauses_s(moments, times[number], times[number + 1])
            print(f"{what}: {told(run.pauses[what])} without a worked batch")
        run.archived = sum(map(len, evidence.published.values()))
        print(evidence.printed.get("audit"))
        yield run


def test_every_topic_has_three_replicas_two_of_which_must_be_in_sync(run: Run) -> None:
    lines = [line.split() for line in run.checked.splitlines() if line.startswith("ioc")]
    assert len(lines) == 4 + 3 * len(RUN_FEEDS)
    assert {tuple(line[1:4]) for line in lines} == {("4", "3", "2")}


def test_nothing_is_lost_and_nothing_double(run: Run) -> None:
    assert run.differences == []
    assert run.archived > 1000


def test_the_faults_were_faults(run: Run) -> None:
    assert run.led_by_the_lost > 0
    assert run.changed_leaders > 0
    away, back = run.replicas[:2], run.replicas[2:]
    assert [len(brokers) for brokers in away] == [BROKERS - 1] * 2
    assert back == [{1, 2, 3}] * 2


def test_every_partition_went_on(run: Run) -> None:
    """Each has worked a batch before and after each fault."""
    assert {what: len(pauses) for what, pauses in run.pauses.items()} == dict.fromkeys(
        run.faults, 4 * len(RUN_FEEDS)
    )
