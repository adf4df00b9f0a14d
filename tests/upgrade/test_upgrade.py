"""This version continues from the state, tables and topics of version 0.1.0 (``v0_1_0``).

Once over an empty log, as after a restart of the embedded broker, with the state from its mirror in
ClickHouse; and once over the very topics of 0.1.0, as on a Kafka that keeps them.
"""

import gzip
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import pytest

from contracts.registry import FEEDS
from tests.e2e.running import ioc_environment, run_ioc
from tests.upgrade import topics
from tests.upgrade.events import DISTRICTS, KINDS, MINUTES, events, publish
from tests.upgrade.fixture import FIXTURE, load
from tests.upgrade.stack import DATABASE, UpgradeStack, stack_of
from tests.waiting import until

OLD_FEEDS = tuple(KINDS)
LONG = "20000"
"""Days to keep rows: the fixture must not outlive its own retention."""
MIRROR, LOG = "2", "1"
"""Generations: a new log, with the state from the mirror; and the log of 0.1.0."""
RULES = {
    "IOC_FEEDS": ",".join(OLD_FEEDS),
    **{f"IOC_TTL_{what}_DAYS": LONG for what in ("EVENTS", "INDICATORS", "PANES", "REJECTS")},
    "IOC_TTL_AUDIT_DAYS": LONG,
    "IOC_AUDIT_EVERY_S": "0",
}


@pytest.fixture(scope="module", params=[MIRROR, LOG], ids=["mirror", "log"])
def before(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[UpgradeStack]:
    """The old tables, with the old topics or with an empty log."""
    folder = tmp_path_factory.mktemp("upgrade")
    environment = ioc_environment(folder, IOC_GENERATION=request.param, **RULES)
    with stack_of(environment) as stack:
        with stack.client() as client:
            load(client, FIXTURE)
        if request.param == LOG:
            # Not made as 0.1.0 made them: the embedded broker can't alter topics, as Kafka can.
            assert run_ioc(environment, "topics", "apply").returncode == 0
            topics.load(environment["IOC_KAFKA_BOOTSTRAP"], FIXTURE)
        yield stack


@pytest.fixture(scope="module")
def upgraded(before: UpgradeStack) -> UpgradeStack:
    """Migrated by this version's commands; one more round of events went through."""
    environment = before.environment
    commands = [["topics", "apply"], ["schema", "apply"]]
    if environment["IOC_GENERATION"] == MIRROR:
        commands.append(["rebuild", "--from", "mirror"])
    for command in commands:
        done = run_ioc(environment, *command)
        assert done.returncode == 0, done.stdout + done.stderr
    assert run_ioc(environment, "schema", "apply").stdout == "the schema is up to date\n"
    worked = before.worked()
    before.start("worker")
    before.start("sink")
    again = [*events(OLD_FEEDS, rounds=[1])][:5]  # what came before comes again, and is refused
    bootstrap = environment["IOC_KAFKA_BOOTSTRAP"]
    counts = publish(bootstrap, [*events(OLD_FEEDS, rounds=[1]), *again])
    until(lambda: before.worked() == worked + sum(counts.values()), "all is worked through")
    until(lambda: _panes_are_whole(before), "all panes are stored")
    return before


def rows(stack: UpgradeStack, sql: str) -> Sequence[Sequence[Any]]:
    with stack.client("ioc_reader") as client:
        return client.query(sql).result_rows


def _panes_are_whole(stack: UpgradeStack) -> bool:
    ((events_,),) = rows(stack, f"SELECT sum(counts['events']) FROM {DATABASE}.panes FINAL")
    return int(events_) == 2 * sum(_kinds(feed) for feed in OLD_FEEDS) * MINUTES * len(DISTRICTS)


def _kinds(feed: str) -> int:
    return len(KINDS[feed])


def test_every_feed_of_the_version_is_still_there() -> None:
    assert set(OLD_FEEDS) <= {feed.name for feed in FEEDS}


@pytest.mark.parametrize("feed", OLD_FEEDS)
def test_panes_go_on_from_what_they_held(upgraded: UpgradeStack, feed: str) -> None:
    """Each kind came once a district and minute before the upgrade, and once after it."""
    held = rows(
        upgraded,
        f"SELECT district, pane, counts['events'] FROM {DATABASE}.panes FINAL"
        f" WHERE feed = '{feed}' AND counts['events'] > 0",
    )
    assert len(held) == len(DISTRICTS) * MINUTES
    assert {int(count) for _, _, count in held} == {2 * _kinds(feed)}


@pytest.mark.parametrize("feed", OLD_FEEDS)
def test_the_archive_holds_both_sides_of_the_upgrade(upgraded: UpgradeStack, feed: str) -> None:
    sql = (
        f"SELECT generation, count() FROM {DATABASE}.events_{feed} FINAL"
        " GROUP BY generation ORDER BY generation"
    )
    each = _kinds(feed) * MINUTES * len(DISTRICTS)
    is_new_log = upgraded.environment["IOC_GENERATION"] == MIRROR
    archived = [(1, each), (2, each)] if is_new_log else [(1, 2 * each)]
    until(
        lambda: [tuple(row) for row in rows(upgraded, sql)] == archived,
        "the archive holds the events of both",
    )


def test_figures_are_computed_anew(upgraded: UpgradeStack) -> None:
    held = gzip.decompress((FIXTURE / "indicators.jsonl.gz").read_bytes()).splitlines()
    old = {orjson.loads(line)["computed_at"] for line in held}
    shown = f"SELECT DISTINCT toString(computed_at) FROM {DATABASE}.indicators"
    until(lambda: {at for (at,) in rows(upgraded, shown)} - old, "new figures are stored")


def test_the_audit_accounts_for_both_sides(upgraded: UpgradeStack) -> None:
    done = run_ioc(upgraded.environment, "audit")
    assert done.returncode == 0, done.stdout + done.stderr
