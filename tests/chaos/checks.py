"""Checks that must pass after all faults. Each yields a sentence for every difference."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clickhouse_connect.driver.client import Client

from contracts.registry import feed_named
from contracts.settings import Settings
from tests.chaos.recounts import wrong_lateness, wrong_panes, wrong_state
from tests.e2e.ledger import rows
from tests.e2e.recount import (
    FIGURES,
    OPEN_ITEMS,
    open_items_recount,
    overdue_recount,
    recount,
)
from tests.e2e.running import run_ioc

FEEDS = tuple(FIGURES)
RUN_FEEDS = tuple(map(feed_named, FEEDS))
"""Those that speak from every partition within seconds, and have a recount of their figures."""
PROVINCE = "17"
DISORDER_S = float(Settings.model_fields["disorder_s"].default)
SHOWN = 5
"""Differences of one sort that are spelled out; the rest is counted."""


Stand = tuple[int, int, int]
"""Generation, partition and offset."""


@dataclass(frozen=True)
class Evidence:
    """What was published, read from Kafka, and a reader of what became of it.

    Of logs that are no more, ``published`` has what was read of them before.
    """

    environment: dict[str, str]
    client: Client
    published: Mapping[str, set[Stand]]
    generation: int = 0
    printed: dict[str, str] = field(default_factory=dict)
    """Command of ``ioc`` -> its latest output."""


Check = Callable[[Evidence], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Account:
    """The fate of a feed's published events. Late ones are among the archived."""

    published: int
    archived: int
    rejected: int
    duplicates: int
    again: int
    """Duplicates that were accepted once more."""
    late: int
    panes: int


def account(evidence: Evidence, feed: str) -> Account:
    """Count a feed's events in the tables."""
    client = evidence.client
    ((archived, late),) = rows(client, f"SELECT count(), countIf(late) FROM events_{feed} FINAL")
    ((refused, repeated),) = rows(
        client,
        "SELECT countIf(reason != 'duplicate'), countIf(reason = 'duplicate')"
        f" FROM rejects FINAL WHERE feed = '{feed}'",
    )
    ((again,),) = rows(
        client, f"SELECT count() - uniqExact(event_id) FROM places FINAL WHERE feed = '{feed}'"
    )
    ((panes,),) = rows(client, f"SELECT count() FROM panes FINAL WHERE feed = '{feed}'")
    published = len(evidence.published[feed])
    return Account(published, archived, refused, repeated + again, again, late, panes)


def every_place_once(evidence: Evidence) -> Iterator[str]:
    """Each published place is either accepted or refused, and nothing else is."""
    for feed in FEEDS:
        sent = evidence.published[feed]
        of_feed = f"SELECT generation, partition, offset FROM {{}} FINAL WHERE feed = '{feed}'"
        accepted = set(map(tuple, rows(evidence.client, of_feed.format("places"))))
        refused = set(map(tuple, rows(evidence.client, of_feed.format("rejects"))))
        yield from _listed(f"{feed}: published, but neither", sorted(sent - accepted - refused))
        yield from _listed(f"{feed}: both accepted and refused", sorted(accepted & refused))
        yield from _listed(f"{feed}: never published", sorted((accepted | refused) - sent))


def the_sum_holds(evidence: Evidence) -> Iterator[str]:
    """Published = archived + rejected + duplicates; no accepted event lacks in the archive."""
    for feed in FEEDS:
        held = account(evidence, feed)
        if held.published != held.archived + held.rejected + held.duplicates:
            yield f"{feed}: published is not archived + rejected + duplicates: {held}"
        yield from _listed(
            f"{feed}: accepted, but not archived (event_id)",
            rows(
                evidence.client,
                f"SELECT toString(event_id) FROM places FINAL WHERE feed = '{feed}'"
                f" AND event_id NOT IN (SELECT event_id FROM events_{feed})",
            ),
        )


def progress_tells_the_same(evidence: Evidence) -> Iterator[str]:
    """The worker's own counters equal the tables."""
    for feed in FEEDS:
        held = account(evidence, feed)
        ((accepted, rejected, duplicates, late),) = rows(
            evidence.client,
            "SELECT sum(accepted), sum(rejected), sum(duplicates), sum(late)"
            f" FROM progress FINAL WHERE feed = '{feed}'",
        )
        told = (accepted + duplicates, rejected)
        # What is accepted again of another generation may be late each time; it is archived once.
        most_late = held.late + (held.again if evidence.generation else 0)
        if told != (held.archived + held.duplicates, held.rejected) or not (
            held.late <= late <= most_late
        ):
            what = f"{told} accepted + duplicates, rejected, and {late} late"
            yield f"{feed}: the worker counted {what}: {held}"


def panes_equal_the_archive(evidence: Evidence) -> Iterator[str]:
    """No pane lower or higher by one, none missing, none of nothing."""
    for feed in FEEDS:
        for part, sql in wrong_panes(feed).items():
            yield from _listed(
                f"{feed}: panes whose {part} differs (district, pane, held, recounted)",
                rows(evidence.client, sql),
            )


def lateness_is_a_function_of_the_log(evidence: Evidence) -> Iterator[str]:
    """An event is late if it came behind its district's newest one before, less the disorder.

    The archive has the last place alone of what is accepted again of another generation, so that
    it no longer tells in which order all came.
    """
    for feed in () if evidence.generation else FEEDS:
        yield from _listed(
            f"{feed}: late wrongly or not (partition, offset, late, seconds behind)",
            rows(evidence.client, wrong_lateness(feed, DISORDER_S)),
        )


def figures_equal_the_archive(evidence: Evidence) -> Iterator[str]:
    """Rolling indicators of all horizons, districts and the province."""
    for feed in FEEDS:
        for name in FIGURES[feed]:
            yield from _listed(
                f"{feed}.{name} differs (district, horizon, window end, figure, recounted)",
                rows(evidence.client, recount(feed, name, PROVINCE)),
            )


def open_items_equal_the_archive(evidence: Evidence) -> Iterator[str]:
    """The figures of open and overdue items equal those received and not finished."""
    for feed in OPEN_ITEMS:
        for gauge, sql in (("open", open_items_recount), ("overdue", overdue_recount)):
            yield from _listed(
                f"{feed}.{gauge} differs (district, figure, recounted)",
                rows(evidence.client, sql(feed, PROVINCE)),
            )


def gauges_equal_the_archive(evidence: Evidence) -> Iterator[str]:
    """The latest ``ioc audit`` found no wrong open or overdue items, presence or latest values."""
    found = rows(
        evidence.client,
        "SELECT feed, gauges_checked, gauges_wrong FROM audit"
        " ORDER BY audited_at DESC LIMIT 1 BY feed",
    )
    for feed, checked, wrong in found:
        if feed_named(feed).gauges and (wrong or not checked):
            yield f"{feed}: {wrong} of {checked} parts of gauges are wrong"


def state_equals_the_panes(evidence: Evidence) -> Iterator[str]:
    """The changelog, from which a worker starts, has the state that is shown."""
    for feed in FEEDS:
        yield from _listed(
            f"{feed}: panes unlike the worker's state (district, minute, version, its version)",
            rows(evidence.client, wrong_state(feed)),
        )


def is_content(command: str) -> Check:
    """The command of ``ioc`` ends with exit code 0."""

    def check(evidence: Evidence) -> Iterator[str]:
        done = run_ioc(evidence.environment, command)
        evidence.printed[command] = done.stdout
        if done.returncode:
            yield f"ioc {command} ends with {done.returncode}: {done.stdout}{done.stderr}"

    return check


CHECKS: tuple[Check, ...] = (
    every_place_once,
    the_sum_holds,
    progress_tells_the_same,
    panes_equal_the_archive,
    lateness_is_a_function_of_the_log,
    figures_equal_the_archive,
    open_items_equal_the_archive,
    state_equals_the_panes,
    is_content("audit"),
    gauges_equal_the_archive,
)
"""In the order in which they can pass: an event that isn't stored yet can't be in a pane."""


def first_differences(evidence: Evidence) -> list[str]:
    """The differences of the first check that does not pass."""
    for check in CHECKS:
        found = list(check(evidence))
        if found:
            return found
    return []


def all_differences(evidence: Evidence) -> list[str]:
    """The differences of all checks."""
    return [sentence for check in CHECKS for sentence in check(evidence)]


def _listed(what: str, found: Sequence[Any]) -> Iterator[str]:
    if found:
        rest = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        yield f"{what}: {', '.join(map(str, found[:SHOWN]))}{rest}"
