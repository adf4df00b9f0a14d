"""Workers come and go under load: what each change costs, and who works what after it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from contracts.topics import accepted_topic
from tests.chaos.checks import RUN_FEEDS
from tests.chaos.scene import Scene
from tests.kafka.going_on import wait_for_work
from tests.kafka.group import Group, Owners, held, moved
from tests.kafka.pauses import pauses_s, sent_at

ACCEPTED = [accepted_topic(feed.name) for feed in RUN_FEEDS]

Change = tuple[str, Callable[[Scene], None]]

JOIN: Change = ("one more joins", lambda scene: scene.add_worker())
END: Change = ("one ends in order", lambda scene: scene.take_worker(0, in_order=True))
KILL: Change = ("one is killed", lambda scene: scene.take_worker(0, in_order=False))


@dataclass
class Step:
    """A change of the workers' number (``workers`` is the one after it), and what came of it.

    ``began`` is in seconds since 1970; ``moved`` counts partitions that left a worker which stayed;
    ``held`` is how many partitions each worker has then; ``pauses`` are in seconds, each of one
    partition.
    """

    what: str
    workers: int
    began: float
    moved: int
    held: list[int]
    pauses: list[float]


def scale(scene: Scene, changes: list[Change], work_s: float) -> list[Step]:
    """Make these changes, with so many seconds of work before the first and after each.

    Longer where a partition has not been worked yet: a change is over when all go on.
    """
    bootstrap = scene.environment["IOC_KAFKA_BOOTSTRAP"]
    group = Group(bootstrap)
    steps = []
    try:
        before = _owners(scene, group, 1)
        wait_for_work(scene)
        scene.wait(work_s)
        for what, change in changes:
            began = time.time()
            change(scene)
            after = _owners(scene, group, len(scene.workers))
            wait_for_work(scene)
            scene.wait(work_s)
            steps.append(
                Step(what, len(scene.workers), began, moved(before, after), held(after), [])
            )
            before = after
    finally:
        group.close()
    moments = sent_at(bootstrap, ACCEPTED)
    ends = [*(step.began for step in steps[1:]), time.time()]
    for step, end in zip(steps, ends, strict=True):
        step.pauses = pauses_s(moments, step.began, end)
    return steps


def _owners(scene: Scene, group: Group, workers: int) -> Owners:
    """The owners of partitions, once ``workers`` workers share all of them."""
    found: list[Owners] = []

    def is_stable() -> bool:
        found[:] = [group.owners()]
        return len(set(found[0].values())) == workers

    scene.until(is_stable, f"{workers} workers share all", progress=lambda: held(found[0]))
    return found[0]
