"""Waits until all is worked through and stored, and tells slow from wrong."""

from collections.abc import Callable
from functools import partial

from clickhouse_connect.driver.exceptions import ClickHouseError

from sinks.faults import is_retryable
from tests.chaos.checks import (
    FEEDS,
    Check,
    Evidence,
    all_differences,
    every_place_once,
    first_differences,
    progress_tells_the_same,
)
from tests.chaos.scene import Scene
from tests.e2e.ledger import client_of, published, rows
from tests.waiting import StandstillError

STILL_S = 75.0
"""Differences that stay for so long while nothing moves any more are differences. Longer than a
minute, after which all figures are emitted again."""
MOVING = (
    *(f"SELECT count() FROM {table} FINAL" for table in ("places", "rejects", "panes")),
    "SELECT sum(version) FROM progress FINAL",
    "SELECT sum(version) FROM panes FINAL",
    "SELECT sum(upto) FROM state FINAL",
)
"""Queries whose results change as long as there is work left, and only then."""

Say = Callable[[str], None]


def evidence_of(scene: Scene) -> Evidence:
    """Read the published events; the producer must have ended."""
    environment = scene.environment
    sent = {
        feed: scene.past[feed] | {(scene.generation, *at) for at in published(environment, feed)}
        for feed in FEEDS
    }
    return Evidence(environment, client_of(environment), sent, scene.generation)


def accounted(scene: Scene, evidence: Evidence) -> None:
    """Wait until all that was published is worked through and stored."""
    for check in (every_place_once, progress_tells_the_same):
        scene.until(
            partial(holds, check, evidence), check.__name__, progress=lambda: _moving(evidence)
        )


def holds(check: Check, evidence: Evidence) -> bool:
    """Whether a check is content; not while ClickHouse doesn't answer."""
    try:
        return not list(check(evidence))
    except ClickHouseError as error:
        if not is_retryable(error):
            raise
        return False


def settle(scene: Scene, evidence: Evidence, still_s: float = STILL_S) -> list[str]:
    """Differences that stay when nothing moves any more; none if all is as it must be."""
    try:
        scene.until(
            lambda: _asked(evidence) == [], "no differences", still_s, lambda: _moving(evidence)
        )
    except StandstillError:
        return all_differences(evidence)
    return []


def _asked(evidence: Evidence) -> list[str] | None:
    """The first differences; None while ClickHouse doesn't answer."""
    try:
        return first_differences(evidence)
    except ClickHouseError as error:
        if not is_retryable(error):
            raise
        return None


def _moving(evidence: Evidence) -> tuple[int, ...]:
    try:
        return tuple(int(rows(evidence.client, sql)[0][0] or 0) for sql in MOVING)
    except ClickHouseError as error:
        if not is_retryable(error):
            raise
        return ()
