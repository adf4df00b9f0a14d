"""One worker, three, two, under load: invariants hold, and partitions move only if needed."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.chaos.checks import RUN_FEEDS
from tests.chaos.scene import Scene
from tests.chaos.settling import evidence_of, settle
from tests.kafka.cluster import server_environment
from tests.kafka.pauses import told
from tests.kafka.scaling import JOIN, KILL, Step, scale

SEED, RATE, HISTORY_H = 31, 50, 0.01
PARTITIONS = 6
WORK_S = 3.0


@dataclass
class Run:
    steps: list[Step]
    differences: list[str]
    ended_by_themselves: dict[str, int]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("scale")
    environment = server_environment(folder, SEED, RATE, HISTORY_H)
    environment["IOC_KAFKA_PARTITIONS"] = str(PARTITIONS)
    with Scene(environment) as scene:
        steps = scale(scene, [JOIN, JOIN, KILL], WORK_S)
        for step in steps:
            print(f"{step.what}, {step.workers} then: {told(step.pauses)}, {step.moved} moved")
        scene.stop_producers()
        yield Run(steps, settle(scene, evidence_of(scene)), dict(scene.ended_by_themselves))


def test_nothing_is_lost_and_nothing_double(run: Run) -> None:
    assert run.differences == []
    assert run.ended_by_themselves == {}


def test_the_partitions_are_shared_evenly(run: Run) -> None:
    """Six of each of four feeds; a worker has the same partitions of all of them."""
    assert [step.held for step in run.steps] == [[12, 12], [8, 8, 8], [12, 12]]


def test_what_need_not_move_stays(run: Run) -> None:
    """A second worker takes three partitions of each feed and a third one two, or up to three where
    a member joined twice. What a dead worker had goes to the two that stay, who keep their own."""
    second, third, after_a_death = (step.moved // len(RUN_FEEDS) for step in run.steps)
    assert second == PARTITIONS // 2
    assert third in (2, 3)
    assert after_a_death == 0


def test_every_partition_went_on(run: Run) -> None:
    assert [len(step.pauses) for step in run.steps] == [PARTITIONS * len(RUN_FEEDS)] * 3
