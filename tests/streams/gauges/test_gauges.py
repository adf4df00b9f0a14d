"""Open items, presence and hourly history: any order, any repeat, the same gauges."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.event import Checked
from contracts.indicators.gauges import (
    HourlyHistory,
    LatestStates,
    LatestTotals,
    OpenItems,
    Presence,
    Silence,
)
from contracts.indicators.parts import Parts
from contracts.messages import iso
from contracts.time.instants import epoch_ms
from streams.gauges.hourly import HourlyHistoryState
from streams.gauges.latest import LatestStatesState, LatestTotalsState
from streams.gauges.open_items import OpenItemsState
from streams.gauges.senders import PresenceState, SilenceState
from streams.gauges.state import GaugeState, Writes
from tests.contracts.formed import loose

Known = Mapping[str, frozenset[str]]
BASE = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
GAUGE = OpenItems(
    "item", frozenset({"opened"}), frozenset({"closed"}), "due_at", by="urgency",
    by_values=("0", "1"),
)  # fmt: skip


def event(kind: str, minutes: float, **fields: Any) -> Checked:
    told = {"kind": kind, "district": "148", "occurred_at": instant(minutes), "item": "a"}
    return loose(**{**told, **fields})


def instant(minutes: float) -> str:
    return iso(round(at(minutes) * 1000))


def due(minutes: float) -> dict[str, str]:
    return {"due_at": instant(minutes)}


def take(kept: GaugeState, *events: Checked) -> Writes:
    keys = kept.fold(events, times_of(events), list(range(len(events))))
    return {key: kept.entry(key) for key in keys}


def times_of(events: Sequence[Checked]) -> list[float]:
    return [epoch_ms(one["occurred_at"]) / 1000 for one in events]


def at(minutes: float) -> float:
    return (BASE + timedelta(minutes=minutes)).timestamp()


def test_an_item_is_overdue_after_its_due_time_until_it_is_closed() -> None:
    kept = OpenItemsState(GAUGE, retention_s=3600)
    take(kept, event("opened", 0, urgency=1, **due(30)))
    nothing_due = {"open": 1, "overdue": 0, "overdue_0": 0, "overdue_1": 0}
    assert kept.parts(at(30)) == {"148": nothing_due}
    assert kept.parts(at(30.1)) == {"148": nothing_due | {"overdue": 1, "overdue_1": 1}}
    take(kept, event("closed", 40))
    assert kept.parts(at(50)) == {"148": nothing_due | {"open": 0}}


def test_the_latest_due_time_holds_in_whatever_order_it_comes() -> None:
    first = event("opened", 0, urgency=0, **due(30))
    later = event("changed", 10, **due(90))
    for order in ((first, later), (later, first)):
        kept = OpenItemsState(GAUGE, retention_s=3600)
        for one in order:
            take(kept, one)
        assert kept.parts(at(60))["148"]["overdue"] == 0
        assert kept.parts(at(91))["148"]["overdue"] == 1


LIVES = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(("opened", "closed", "changed")),
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(lives=LIVES, data=st.data())
def test_order_repeats_and_restarts_change_no_gauge(
    lives: list[tuple[str, str, int]], data: st.DataObject
) -> None:
    events = [
        event(kind, minutes, item=item, urgency=0, **(due(minutes) if kind != "closed" else {}))
        for item, kind, minutes in lives
    ]
    expected = OpenItemsState(GAUGE, retention_s=86_400)
    take(expected, *events)
    shuffled = [*data.draw(st.permutations(events)), *events[:3]]
    table: dict[str, bytes] = {}
    for one in shuffled:
        kept = OpenItemsState(GAUGE, retention_s=86_400)
        kept.load(table)
        table.update({key: entry for key, entry in take(kept, one).items() if entry})
    kept = OpenItemsState(GAUGE, retention_s=86_400)
    kept.load(table)
    for minutes in (-1, 5, 30):
        held = kept.parts(at(minutes)).get("148", {})
        wanted = expected.parts(at(minutes)).get("148", {})
        assert held.get("open", 0) == wanted.get("open", 0)
        assert held.get("overdue", 0) == wanted.get("overdue", 0)
    # And by definition: open from the latest opening, unless closed then or later.
    is_open = [
        max((m for i, k, m in lives if (i, k) == (item, "opened")), default=-1)
        > max((m for i, k, m in lives if (i, k) == (item, "closed")), default=-1)
        for item in "abc"
    ]
    assert kept.parts(at(0)).get("148", {}).get("open", 0) == sum(is_open)


def test_a_closed_item_is_forgotten_after_the_retention() -> None:
    kept = OpenItemsState(GAUGE, retention_s=600)
    take(kept, event("opened", 0, urgency=0, **due(5)), event("closed", 1))
    assert list(kept.expire(at(11))) == []
    assert list(kept.expire(at(11.1))) == ["a"]
    assert kept.entry("a") is None


def test_a_device_is_online_while_it_is_heard() -> None:
    known = {"148": frozenset({"c1", "c2"}), "150": frozenset({"c3"})}
    kept = PresenceState(Presence("camera", 90, lambda _: known), known)
    heard = [event("beat", 0, camera="c1"), event("beat", 1, camera="c2")]
    take(kept, *heard, event("beat", 1, camera="stranger"))
    assert kept.parts(at(1.5))["148"] == {"online": 2, "known": 2}
    assert kept.parts(at(1.6))["148"] == {"online": 1, "known": 2}
    assert kept.unheard()["150"] == {"online": 0, "known": 1}
    take(kept, event("beat", -5, camera="c1"))  # late: it was heard since
    assert kept.parts(at(1.5))["148"]["online"] == 2


KNOWN = {"148": frozenset({"c1", "c2"}), "150": frozenset({"c3"})}
LEFT = {"148": frozenset({"c2"})}
"""The devices in the reference data, and those that are left a year later."""
BEAT = frozenset({"beat"})
STATES = LatestStates("camera", BEAT, "state", ("up", "down"), frozenset({"up"}), lambda _: {}, 600)
TOTALS = LatestTotals("camera", BEAT, "count", "total", "of", lambda _: {}, lambda _: {}, 600)


def test_who_fell_silent_does_not_count_with_its_last_value() -> None:
    states, totals = LatestStatesState(STATES, KNOWN), LatestTotalsState(TOTALS, KNOWN, {"148": 9})
    beats = [event("beat", n, camera=f"c{n + 1}", state="up", count=7) for n in range(2)]
    for kept in (states, totals):
        take(kept, *beats)
    assert states.parts(at(10))["148"] == {"in_up": 2, "in_down": 0, "up": 2, "known": 2}
    assert states.parts(at(10.1))["148"] == {"in_up": 1, "in_down": 0, "up": 1, "known": 2}
    assert totals.parts(at(10))["148"] == {"total": 14, "of": 9}
    assert totals.parts(at(10.1))["148"] == {"total": 7, "of": 9}


def test_the_closing_of_a_backlog_may_come_before_its_opening() -> None:
    """Both are days old, and tell nothing; else the item would be open for ever."""
    kept = OpenItemsState(GAUGE, retention_s=3600)
    kept.expire(at(4_000))
    take(kept, event("closed", 40))
    kept.expire(at(4_050))
    take(kept, event("opened", 0, urgency=1, **due(30)))
    assert kept.parts(at(4_050))["148"]["open"] == 0


def test_what_was_closed_and_forgotten_is_not_opened_by_repeats() -> None:
    """Neither a reminder nor the repeat of an earlier closing is enough to open it."""
    for between in (event("reminded", 4_000, **due(30)), event("closed", 1)):
        kept = OpenItemsState(GAUGE, retention_s=3600)
        take(kept, event("opened", 0, urgency=1, **due(30)), event("closed", 2))
        kept.expire(at(4_000))
        take(kept, between)
        take(kept, event("opened", 1.5, urgency=1, **due(30)))
        assert kept.parts(at(4_050))["148"]["open"] == 0


@pytest.mark.parametrize(
    ("made", "before", "after"),
    [
        (
            lambda known: PresenceState(Presence("camera", 90, lambda _: known), known),
            [{"online": 2, "known": 2}, {"online": 1, "known": 1}],
            [{"online": 1, "known": 1}, {"online": 0, "known": 0}],
        ),
        (
            lambda known: SilenceState(Silence("camera", BEAT, 60, lambda _: known), known),
            [{"silent_minutes": {0: 2}}, {"silent_minutes": {0: 1}}],
            [{"silent_minutes": {0: 1}}, {"silent_minutes": {}}],
        ),
        (
            lambda known: LatestStatesState(STATES, known),
            [
                {"in_up": 2, "in_down": 0, "up": 2, "known": 2},
                {"in_up": 1, "in_down": 0, "up": 1, "known": 1},
            ],
            [
                {"in_up": 1, "in_down": 0, "up": 1, "known": 1},
                {"in_up": 0, "in_down": 0, "up": 0, "known": 0},
            ],
        ),
        (
            lambda known: LatestTotalsState(TOTALS, known, {}),
            [{"total": 14, "of": 0}, {"total": 7, "of": 0}],
            [{"total": 7, "of": 0}, {"total": 0, "of": 0}],
        ),
    ],
    ids=["presence", "silence", "states", "totals"],
)
def test_devices_that_have_left_the_files_leave_the_gauges(
    made: Callable[[Known], GaugeState], before: list[Parts], after: list[Parts]
) -> None:
    """Otherwise a share would exceed 100 %. A district without devices gets zeros."""
    kept = made(KNOWN)
    beats = [
        event("beat", 0, camera=camera, district=district, state="up", count=7)
        for district, cameras in KNOWN.items()
        for camera in cameras
    ]
    table = {key: entry for key, entry in take(kept, *beats).items() if entry}
    assert kept.parts(at(0)) == dict(zip(KNOWN, before, strict=True))
    again = made(LEFT)
    again.load(table)
    assert again.parts(at(0)) == dict(zip(KNOWN, after, strict=True))


def test_a_history_counts_each_position_once() -> None:
    kept = HourlyHistoryState(HourlyHistory(frozenset({"article"}), days=2))
    events = [event("article", 1), event("article", 2), event("article", 70)]
    table = {key: kept.entry(key) for key in kept.fold(events, times_of(events), [7, 8, 9])}
    again = HourlyHistoryState(HourlyHistory(frozenset({"article"}), days=2))
    again.load({key: entry for key, entry in table.items() if entry})
    assert not list(again.fold(events, times_of(events), [7, 8, 9]))
    hour = int(BASE.timestamp()) // 3600
    assert again.parts(0.0)["148"] == {"hours": {hour: 2, hour + 1: 1}}
    again.expire((BASE + timedelta(days=3, hours=2)).timestamp())
    assert again.parts(0.0)["148"] == {"hours": {hour + 1: 1}}
