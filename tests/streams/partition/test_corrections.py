"""A recounted pane takes the place of the one that was counted, and of no other."""

import orjson
import pytest

from contracts.messages import CorrectionRow, position
from streams.partition.state import PartitionState
from tests.streams.partition.test_crash_points import (
    FEED,
    REFERENCE,
    SETTINGS,
    Table,
    batch_of,
    event,
    store,
)


def pane_of(table: Table) -> tuple[int, int]:
    """The version of the only pane, and its count of received documents."""
    (payload,) = (value for key, value in table.items() if key.startswith("pane|148|"))
    version, parts = payload.split(b" ", 1)
    return int(version), orjson.loads(parts)["counts"]["received"]


def correction(seen: int, received: int) -> CorrectionRow:
    return {
        "feed": "dossier",
        "district": "148",
        "pane": "2026-11-20T03:01:00.000Z",
        "seen": seen,
        "counts": {"events": received, "received": received},
        "histograms": {},
        "sets": {},
    }


LOG = [(b"148", orjson.dumps(event(n, "148", "received", 1)), 10**15) for n in range(6)]


@pytest.fixture
def table() -> Table:
    return {}


@pytest.fixture
def state(table: Table) -> PartitionState:
    """Three events of one pane are in."""
    made = PartitionState(FEED, SETTINGS, REFERENCE, {})
    store(table, made.apply(batch_of(LOG, 0, 3)).writes, 100)
    made.panes.take_changed()
    return made


def test_it_sets_state_and_is_emitted(state: PartitionState, table: Table) -> None:
    store(table, state.correct(correction(2, 7)), 100)
    assert pane_of(table) == (2, 7)
    ((version, parts),) = state.panes.take_changed().values()
    assert (version, orjson.loads(parts)["counts"]["received"]) == (2, 7)


def test_later_events_add_to_it(state: PartitionState, table: Table) -> None:
    store(table, state.correct(correction(2, 7)), 100)
    store(table, state.apply(batch_of(LOG, 3, 5)).writes, 100)
    assert pane_of(table) == (4, 9)


def test_a_pane_that_changed_meanwhile_is_left_alone(state: PartitionState, table: Table) -> None:
    store(table, state.apply(batch_of(LOG, 3, 5)).writes, 100)
    state.panes.take_changed()
    assert state.correct(correction(2, 7)) == {}
    assert pane_of(table)[1] == 5
    assert state.panes.take_changed() == {}


def test_what_ended_with_an_earlier_log_is_taken_out_of_the_pane(table: Table) -> None:
    """Two of five events shown were never archived, and their log has gone: the state has three."""
    first = PartitionState(FEED, SETTINGS, REFERENCE, {})
    store(table, first.apply(batch_of(LOG, 0, 3)).writes, 100)
    later = SETTINGS.model_copy(update={"generation": 1})
    state = PartitionState(FEED, later, REFERENCE, dict(table))
    store(table, state.correct(correction(position(0, 4), 3)), 100)
    assert pane_of(table) == (position(1, 0) - 1, 3)


def test_what_the_partition_has_yet_to_read_is_left_in_the_pane(
    state: PartitionState, table: Table
) -> None:
    """Its successor has shown it already."""
    assert state.correct(correction(4, 7)) == {}
    assert pane_of(table) == (2, 3)


def test_it_may_come_twice(state: PartitionState, table: Table) -> None:
    store(table, state.correct(correction(2, 7)), 100)
    store(table, state.correct(correction(2, 7)), 100)
    assert pane_of(table) == (2, 7)
    store(table, state.apply(batch_of(LOG, 3, 4)).writes, 100)
    assert state.correct(correction(2, 7)) == {}
    assert pane_of(table) == (3, 8)


def test_its_version_is_what_the_partition_includes(state: PartitionState, table: Table) -> None:
    """So that a pane that rests gets a greater version than the wrong one had."""
    elsewhere = [*LOG[:3], (b"150", orjson.dumps(event(9, "150", "received", 1)), 10**15)]
    store(table, state.apply(batch_of(elsewhere, 3, 4)).writes, 100)
    store(table, state.correct(correction(2, 7)), 100)
    assert pane_of(table) == (3, 7)


def test_a_pane_that_was_missing_is_made(table: Table) -> None:
    state = PartitionState(FEED, SETTINGS, REFERENCE, {})
    store(table, state.correct(correction(0, 2)), 100)
    assert pane_of(table)[1] == 2
    assert len(state.panes.take_changed()) == 1


def test_a_pane_gone_for_its_age_is_emitted_once_more_and_goes_again(table: Table) -> None:
    days_later = [
        (b"148", orjson.dumps(event(n, "148", "received", 4_000 + n)), 10**15) for n in range(4)
    ]
    state = PartitionState(FEED, SETTINGS, REFERENCE, {})
    store(table, state.apply(batch_of(days_later, 0, 1)).writes, 100)
    store(table, state.apply(batch_of(days_later, 1, 2)).writes, 100)
    state.panes.take_changed()
    store(table, state.correct(correction(position(0, 0), 2)), 100)
    old = "pane|148|29919061"
    assert old in table
    ((district, minute), _), *_ = state.panes.take_changed().items()
    assert f"pane|{district}|{minute}" == old
    store(table, state.apply(batch_of(days_later, 2, 4)).writes, 100)
    store(table, state.apply(batch_of([*days_later, days_later[3]], 4, 5)).writes, 100)
    assert old not in table
