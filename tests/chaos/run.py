"""A whole run: the pipeline under load, the plan's faults, the recount, and a fresh recovery."""

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.backlog import Backlog
from tests.chaos.checks import FEEDS, Account, account
from tests.chaos.faults import strike
from tests.chaos.plan import SESSION_TIMEOUT_S, Fault, Kind
from tests.chaos.scene import Scene
from tests.chaos.settling import STILL_S, Say, evidence_of, settle
from tests.e2e.running import ioc_environment

RATE = 200
"""Events/s of each feed. Each begins with a history of 20,000 events at once."""
FAULT_SHARE = 0.02
FIRST_S = 4.0
MORE_S = 5.0


@dataclass
class Result:
    """What a run did and found; ``differences`` is empty if all figures are right."""

    kinds: Counter[Kind] = field(default_factory=Counter)
    accounts: dict[str, Account] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    ended_by_themselves: Counter[str] = field(default_factory=Counter)
    most_behind: int = 0
    seconds: float = 0.0


def environment_of(folder: Path, seed: int, rate: float = RATE) -> dict[str, str]:
    """Settings of a run over a folder of its own."""
    return ioc_environment(
        folder,
        IOC_SEED=str(seed),
        IOC_RATE=str(rate),
        IOC_FAULT_SHARE=str(FAULT_SHARE),
        IOC_KAFKA_SESSION_TIMEOUT_S=str(SESSION_TIMEOUT_S),
        IOC_SINK_RETRY_MAX_S="3",
    )


def run(scene: Scene, faults: list[Fault], say: Say, still_s: float = STILL_S) -> Result:
    """Let the faults strike a scene that has just started; then check everything, twice.

    The second time after workers that know nothing have replaced all, and more was published.
    """
    began, result = time.monotonic(), Result()
    with Backlog(scene.environment) as backlog:
        scene.wait(FIRST_S)
        for number, fault in enumerate(faults, 1):
            scene.wait(fault.wait_s)
            say(
                f"{time.monotonic() - began:6.1f} s  {number:3}/{len(faults)}  {fault.kind}"
                f" ({backlog})"
            )
            strike(scene, fault)
            result.kinds[fault.kind] += 1
        scene.wait_for_what_is_due()
        result.most_behind = backlog.most
    _check(scene, result, say, "all faults", still_s)
    if not result.differences:
        scene.replace_workers()
        scene.producer.start()
        scene.wait(MORE_S)
        _check(scene, result, say, "a recovery from nothing", still_s)
    result.ended_by_themselves = scene.ended_by_themselves
    result.seconds = time.monotonic() - began
    return result


def _check(scene: Scene, result: Result, say: Say, after: str, still_s: float) -> None:
    began = time.monotonic()
    scene.stop_producer()
    evidence = evidence_of(scene)
    say(f"          {sum(map(len, evidence.published.values())):,} events published, checking ...")
    result.differences = settle(scene, evidence, still_s)
    result.accounts = {feed: account(evidence, feed) for feed in FEEDS}
    found = f"{len(result.differences)} differences" if result.differences else "all is right"
    say(f"          after {after}: {found} ({time.monotonic() - began:.0f} s)")
