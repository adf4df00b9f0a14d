"""A whole run: the pipeline under load, the plan's faults, the recount, and a fresh recovery."""

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.backlog import Backlog
from tests.chaos.checks import FEEDS, Account, Evidence, account
from tests.chaos.faults import strike
from tests.chaos.plan import SESSION_TIMEOUT_S, Fault, Kind
from tests.chaos.scene import Scene
from tests.chaos.settling import STILL_S, Say, accounted, evidence_of, settle
from tests.e2e.running import ioc_environment, run_ioc

RATE, HISTORY_H = 100, 0.05
"""Events/s of each feed, and hours of the past with which each begins at once."""
FAULT_SHARE = 0.02
WINDOW = 32
"""Records that a worker reads back: so few that it finds most repeats by its stored ids."""
FIRST_S = 4.0
MORE, MORE_S = 1_000, 3.0
"""Events, and seconds after them, that are published at least after the recovery from nothing."""
BREATH_EVERY, BREATH_S = 10, 60.0
"""After this many faults the workers may catch up, for at most so many seconds."""
STORY_EVERY = 6
"""Faults from one story of the past to the next."""


@dataclass
class Result:
    """The result of a run; ``differences`` is empty if all figures are right."""

    kinds: Counter[Kind] = field(default_factory=Counter)
    accounts: dict[str, Account] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    ended_by_themselves: Counter[str] = field(default_factory=Counter)
    inserted_again: int = 0
    lost: int = 0
    """Events of a log that was broken before anybody worked them through; accounted for as such."""
    most_behind: int = 0
    seconds: float = 0.0


def environment_of(
    folder: Path, seed: int, rate: float = RATE, history_h: float = HISTORY_H
) -> dict[str, str]:
    """Settings of a run over a folder of its own; ``history_h`` is that of the steady producer."""
    return ioc_environment(
        folder,
        IOC_FEEDS=",".join(FEEDS),
        IOC_SEED=str(seed),
        IOC_RATE=str(rate),
        IOC_HISTORY_H=str(history_h),
        IOC_FAULT_SHARE=str(FAULT_SHARE),
        IOC_KAFKA_SESSION_TIMEOUT_S=str(SESSION_TIMEOUT_S),
        IOC_SINK_RETRY_MAX_S="3",
        IOC_DUPLICATE_WINDOW=str(WINDOW),
    )


def run(scene: Scene, faults: list[Fault], say: Say, still_s: float = STILL_S) -> Result:
    """Let the faults strike a scene that has just started; then check everything, twice.

    The second time after workers that know nothing have replaced all, and more was published.
    """
    began, result = time.monotonic(), Result()
    with Backlog(scene.environment) as backlog:
        _strike_all(scene, faults, result, backlog, say)
        _check(scene, result, say, "all faults", still_s)
        if not result.differences:
            _go_on(scene, backlog)
            _check(scene, result, say, "a recovery from nothing", still_s)
        result.most_behind = backlog.most
    result.inserted_again = scene.inserted_again
    result.lost = scene.lost
    result.ended_by_themselves = scene.ended_by_themselves
    result.seconds = time.monotonic() - began
    return result


def _strike_all(
    scene: Scene, faults: list[Fault], result: Result, backlog: Backlog, say: Say
) -> None:
    began = time.monotonic()
    scene.wait(FIRST_S)
    for number, fault in enumerate(faults, 1):
        if number % STORY_EVERY == 1:
            scene.tell_another_story()
        scene.wait(fault.wait_s)
        say(
            f"{time.monotonic() - began:6.1f} s  {number:3}/{len(faults)}  {fault.kind} ({backlog})"
        )
        strike(scene, fault)
        result.kinds[fault.kind] += 1
        if number % BREATH_EVERY == 0:
            scene.wait(BREATH_S, lambda: backlog.is_worked_off)
    scene.wait_for_what_is_due()


def _go_on(scene: Scene, backlog: Backlog) -> None:
    """Workers that know nothing, and more events for the panes that they recover."""
    scene.replace_workers()
    before = backlog.published
    scene.producers[0].start()
    scene.tell_another_story()
    scene.until(lambda: backlog.published > before + MORE, f"{MORE:,} more are published")
    scene.wait(MORE_S)


def _repair(scene: Scene, evidence: Evidence) -> None:
    """Take back what was counted twice as another generation began.

    The last ids of each partition, which were not stored yet, stood in the log alone.
    """
    accounted(scene, evidence)
    done = run_ioc(scene.environment, "audit", "--repair")
    assert not done.stderr, done.stderr


def _check(scene: Scene, result: Result, say: Say, after: str, still_s: float) -> None:
    began = time.monotonic()
    scene.stop_producers()
    evidence = evidence_of(scene)
    say(f"          {sum(map(len, evidence.published.values())):,} events published, checking ...")
    if scene.generation:
        _repair(scene, evidence)
    result.differences = settle(scene, evidence, still_s)
    result.accounts = {feed: account(evidence, feed) for feed in FEEDS}
    found = f"{len(result.differences)} differences" if result.differences else "all is right"
    for command, printed in evidence.printed.items():
        say(f"ioc {command}:\n{printed}")
    say(f"          after {after}: {found} ({time.monotonic() - began:.0f} s)")
