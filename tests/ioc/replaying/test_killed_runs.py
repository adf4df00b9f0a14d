"""Whatever a kill has left in ClickHouse, the next run notices the gap and ends exact."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from contracts.feed import Feed
from contracts.feeds.dossier import DOSSIER
from contracts.feeds.eoffice import EOFFICE
from contracts.indicators.gauges import HourlyHistory, OpenItems
from contracts.indicators.parts import Parts
from contracts.messages import UPTO_HEADER, position
from contracts.reference.province import load_reference
from contracts.settings import load_settings
from contracts.topics import changelog_topic
from ioc.state import mirror
from sinks.consuming.bodies import state
from streams.partition.state import PartitionState
from tests.ioc.conftest import Database
from tests.ioc.replaying.killed_run import (
    Cuts,
    Run,
    Sent,
    Told,
    begin,
    changelog,
    differences,
    go_on,
    newest,
    settings_of,
    story,
    write,
)
from tests.sinks.processes import Broker

KINDS = {"dossier": ("received", "resolved"), "eoffice": ("received", "revoked")}
REBUILDING = "the mirror of the state is not what is archived; rebuilding"


@pytest.fixture
def bootstrap(tmp_path: Path) -> Iterator[str]:
    """A broker whose log is empty, as after every start."""
    broker = Broker(tmp_path)
    broker.start()
    yield f"127.0.0.1:{broker.port}"
    broker.end()


@lru_cache
def told(feed: Feed) -> tuple[list[Told], Run]:
    """Events, and a run that has worked through all of them; nothing of it is stored yet."""
    events = story(feed, KINDS[feed.name])
    run = Run(feed, settings_of(load_settings(), 1))
    run.work(events)
    return events, run


def require_exact(
    database: Database, bootstrap: str, feed: Feed = DOSSIER, generation: int = 2
) -> bool:
    """Go on to the end; every pane then equals the recount. Was the state rebuilt?"""
    events, _ = told(feed)
    said = go_on(database, bootstrap, feed, generation, events)
    assert differences(database, feed.name) == {}
    ((held, archived),) = database.rows(
        f"SELECT sum(counts['events']), (SELECT count() FROM events_{feed.name} FINAL)"
        f" FROM panes FINAL WHERE feed = '{feed.name}'"
    )
    assert held == archived == len(events)
    return any(REBUILDING in line for line in said)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("feed", [DOSSIER, EOFFICE], ids=lambda feed: feed.name)
def test_any_beginning_of_what_was_written(
    database: Database, bootstrap: str, feed: Feed, seed: int
) -> None:
    drawn = random.Random(seed)
    _, run = told(feed)
    cuts: Cuts = {
        route: [drawn.randint(count // 3, count) for count in counts]
        for route, counts in run.all.items()
    }
    run.store(database, cuts)
    assert require_exact(database, bootstrap, feed)


def without_progress(run: Run) -> Cuts:
    """The last batch of a partition lacks only its last entry."""
    first, second = run.all["changelog"]
    return {**run.all, "changelog": [first, second - 1]}


def one_entry(run: Run) -> Cuts:
    """The last batches of both partitions have only their first entry."""
    return {**run.all, "changelog": [ends[-2] + 1 for ends in run.ends]}


def only_deletions(run: Run) -> Cuts:
    """The last batch has only deleted old entries."""
    cuts = []
    for log, ends in zip(run.changelog, run.ends, strict=True):
        gone = ends[-2]
        while log[gone].value is None:
            gone += 1
        assert gone > ends[-2]
        cuts.append(gone)
    return {**run.all, "changelog": cuts}


def archived_less(run: Run) -> Cuts:
    """As with a halved batch, but the archive ends with the batch before, like its places."""
    accepted = [count - 1 for count in run.all["accepted"]]
    return {**one_entry(run), "accepted": accepted}


def no_progress_at_all(run: Run) -> Cuts:
    """Killed in the first batch."""
    return {"accepted": [1, 1], "changelog": [ends[0] - 1 for ends in run.ends], "panes": [0]}


def ahead_of_the_archive(run: Run) -> Cuts:
    first, second = run.all["accepted"]
    return {**run.all, "accepted": [first, second - 1]}


def behind_the_archive(run: Run) -> Cuts:
    return {**run.all, "changelog": [ends[-2] for ends in run.ends]}


def panes_on_their_way(run: Run) -> Cuts:
    """State and archive are whole; half of the panes emitted and dropped since is not stored."""
    return {**run.all, "panes": [len(run.panes) // 2]}


def open_by_level(database: Database, feed: Feed, entries: dict[str, bytes]) -> dict[str, Parts]:
    """The figures of the gauges at the end of a partition's state."""
    settings = settings_of(database.settings, 2)
    state = PartitionState(feed, settings, load_reference(settings), entries)
    return state.gauges.take_changed(state.watermark_s)


def test_gauges_of_a_changed_contract_are_made_from_the_archive(
    database: Database, bootstrap: str
) -> None:
    """Told by level now, which the state had not kept of any item; and a gauge of hours before."""
    events, run = told(DOSSIER)
    run.store(database, run.all)
    (items,) = DOSSIER.gauges
    assert isinstance(items, OpenItems)
    by_level = replace(items, by="level", by_values=("district", "province"))
    hours = HourlyHistory(frozenset({"received"}), days=7)
    changed = replace(DOSSIER, gauges=(hours, by_level))
    said = go_on(database, bootstrap, changed, 2, events)
    assert said[0] == (
        "dossier: the contract's gauges are not those that the state was made with; rebuilding"
    )
    afresh = Run(changed, settings_of(load_settings(), 1))
    afresh.work(events)
    settings = settings_of(database.settings, 2, bootstrap)
    for log, before in zip(changelog(settings, changed), afresh.changelog, strict=True):
        held = open_by_level(database, changed, newest(log))
        (parts,) = held.values()
        assert parts["overdue_district"] == parts["overdue"] != 0
        assert parts["hours"]
        assert held == open_by_level(database, changed, newest(before))
    assert differences(database, "dossier") == {}


def test_gauges_that_change_places_need_no_rebuilding(database: Database, bootstrap: str) -> None:
    hours = HourlyHistory(frozenset({"received"}), days=7)
    events = story(DOSSIER, KINDS["dossier"])
    run = Run(replace(DOSSIER, gauges=(*DOSSIER.gauges, hours)), settings_of(load_settings(), 1))
    run.work(events)
    run.store(database, run.all)
    swapped = replace(DOSSIER, gauges=(hours, *DOSSIER.gauges))
    said = go_on(database, bootstrap, swapped, 2, events)
    assert not [line for line in said if "rebuilding" in line]


SHAPES: tuple[Callable[[Run], Cuts], ...] = (
    without_progress,
    one_entry,
    only_deletions,
    archived_less,
    no_progress_at_all,
    ahead_of_the_archive,
    behind_the_archive,
    panes_on_their_way,
)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_what_is_missing_is_noticed_and_rebuilt(
    database: Database, bootstrap: str, shape: Callable[[Run], Cuts]
) -> None:
    _, run = told(DOSSIER)
    run.store(database, shape(run))
    assert require_exact(database, bootstrap)


def all_stored(run: Run) -> Cuts:
    return run.all


def last_emission_lost(run: Run) -> Cuts:
    """Its panes are still in the state, which emits them again."""
    of_progress = [n for n, each in enumerate(run.panes) if (each.key or b"").startswith(b"prog")]
    return {**run.all, "panes": [of_progress[-3] + 1]}


@pytest.mark.parametrize("shape", [all_stored, last_emission_lost], ids=lambda s: s.__name__)
def test_a_whole_mirror_is_not_rebuilt(
    database: Database, bootstrap: str, shape: Callable[[Run], Cuts]
) -> None:
    _, run = told(DOSSIER)
    run.store(database, shape(run))
    known = Sent(
        changelog_topic("dossier"), 0, 10**6, b'"0|known|0"', b"an-id",
        [(UPTO_HEADER, b"%d" % position(2, 0))],
    )  # fmt: skip
    write(database, state(2, [known])[0])  # as a start leaves it that met no event
    assert not require_exact(database, bootstrap, generation=3)


def test_an_insert_that_the_server_cut_off_is_noticed(database: Database, bootstrap: str) -> None:
    """Its first blocks are stored, the rest is not: no progress may be among the first."""
    _, run = told(DOSSIER)
    first = run.ends[0][-4]
    run.store(database, {**run.all, "changelog": [first, run.all["changelog"][1]]})
    (insert,) = state(1, run.changelog[0][first:])
    lines = insert.body.split(b"\n")[: insert.rows // 2]
    write(database, replace(insert, body=b"\n".join(lines), rows=len(lines)))
    ((stored,),) = database.rows(
        f"SELECT count() FROM state WHERE partition = 0 AND position >= {position(1, first)}"
    )
    assert 0 < stored < insert.rows
    assert require_exact(database, bootstrap)


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("lost", ["the last insert", "all of a partition"])
def test_places_that_were_not_noted_yet_are_noted(
    database: Database, bootstrap: str, lost: str, place: int
) -> None:
    """ClickHouse was killed between the rows of an insert and the view that notes their places."""
    _, run = told(DOSSIER)
    run.store(database, run.all)
    places = f"partition = {place} AND "
    noted = f"SELECT count(), max(offset) FROM places FINAL WHERE {places}feed = 'dossier'"
    ((count, last),) = before = database.rows(noted)
    after = last // 2 if lost == "the last insert" else -1
    database.client.command(
        f"ALTER TABLE places DELETE WHERE {places}toInt64(offset) > {after}",
        settings={"mutations_sync": 2},
    )
    assert database.rows(noted)[0][0] == after + 1 < count
    assert not require_exact(database, bootstrap)
    assert database.rows(noted) == before


def test_a_clearing_that_was_cut_off_is_noticed(database: Database, bootstrap: str) -> None:
    """The archive and the progress agree, but the entries of half a batch have gone already."""
    _, run = told(DOSSIER)
    run.store(database, archived_less(run))
    database.client.command(
        mirror.CLEARING[0],
        parameters={"topic": changelog_topic("dossier"), "end": mirror.PROGRESS_END},
        settings={"mutations_sync": 2},
    )
    assert require_exact(database, bootstrap)


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_a_rebuild_that_was_cut_off_is_noticed(
    database: Database, bootstrap: str, tmp_path: Path, share: float
) -> None:
    """The run that rebuilt was killed before (or after) all that it had rebuilt was mirrored."""
    _, run = told(DOSSIER)
    run.store(database, without_progress(run))
    settings = settings_of(database.settings, 2, bootstrap)
    assert REBUILDING in begin(settings, DOSSIER)[0]
    for log in changelog(settings, DOSSIER):
        (insert,) = state(2, log[: round(len(log) * share)])
        write(database, insert)
    other = Broker(tmp_path)
    other.start()
    try:
        rebuilt = require_exact(database, f"127.0.0.1:{other.port}", generation=3)
    finally:
        other.end()
    assert rebuilt is (share < 1)
