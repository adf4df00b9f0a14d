"""The pane store: pending emissions, expiry, and memory."""

from collections import Counter

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.indicators.parts import Parts
from streams.gauges.state import Writes
from streams.panes.store import HOT_MINUTES, PaneStore

HOUR_S = 3_600
RETENTION_S = 2 * HOUR_S
M = 29_919_060


def entries(*writes: Writes) -> dict[str, bytes]:
    table: dict[str, bytes] = {}
    for each in writes:
        for key, payload in each.items():
            if payload is None:
                table.pop(key, None)
            else:
                table[key] = payload
    return table


def counted(payload: bytes) -> dict[str, int]:
    counts: dict[str, int] = orjson.loads(payload)["counts"]
    return counts


def test_an_entry_is_the_position_and_the_parts() -> None:
    writes = PaneStore({}, RETENTION_S).add({("148", M): {"n": 2}}, upto=7)
    assert writes == {f"pane|148|{M}": b'7 {"counts":{"n":2},"histograms":{},"sets":{}}'}


def test_adding_merges_and_moves_the_position() -> None:
    store = PaneStore({}, RETENTION_S)
    store.add({("148", M): {"n": 2, "h": {3: 1}}, ("150", M): {"n": 1}}, upto=7)
    store.add({("148", M): {"n": 5, "h": {3: 1, 4: 1}}}, upto=9)
    assert (store.upto(("148", M)), store.upto(("150", M)), store.upto(("152", M))) == (9, 7, -1)
    assert store.newest_upto() == 9
    position, payload = store.take_changed()["148", M]
    assert position == 9
    held = orjson.loads(payload)
    assert (held["counts"], held["histograms"]) == ({"n": 7}, {"h": {"3": 2, "4": 1}})


def test_a_store_without_panes() -> None:
    store = PaneStore({"progress": b"[1]", "gauge0|a": b"x"}, RETENTION_S)
    assert store.newest_upto() == -1
    assert store.take_changed() == {}
    assert store.expire({"148": 1e9}) == {}


def test_changed_panes_are_taken_once() -> None:
    store = PaneStore({}, RETENTION_S)
    store.add({("148", M): {"n": 2}}, upto=7)
    assert set(store.take_changed()) == {("148", M)}
    assert store.take_changed() == {}
    store.add({("148", M): {"n": 1}}, upto=8)
    ((position, payload),) = store.take_changed().values()
    assert (position, counted(payload)) == (8, {"n": 3})


def test_after_a_restart_what_was_not_emitted_is_owed() -> None:
    store = PaneStore({}, RETENTION_S)
    table = entries(
        store.add({("148", M): {"n": 1}}, upto=7),
        store.add({("148", M + 1): {"n": 1}}, upto=8),
        store.add({("148", M + 2): {"n": 1}}, upto=9),
    )
    again = PaneStore(table, RETENTION_S)
    assert again.take_changed() == {}
    again.owe_since(7)
    assert {key: position for key, (position, _) in again.take_changed().items()} == {
        ("148", M + 1): 8,
        ("148", M + 2): 9,
    }
    again.owe_since(-1)
    assert len(again.take_changed()) == 3
    again.owe_since(9)
    assert again.take_changed() == {}


def test_panes_expire_behind_the_retention() -> None:
    """2 h of retention: at minute M + 120 the pane of M is kept, and no longer than 2 minutes more.

    The minutes of grace are for retentions that are no whole minutes.
    """
    store = PaneStore({}, RETENTION_S)
    store.add({("148", M): {"n": 1}, ("148", M + 3): {"n": 1}}, upto=1)
    store.take_changed()
    assert store.expire({"148": (M + 120) * 60 + 59.999}) == {}
    assert store.expire({"148": (M + 123) * 60}) == {f"pane|148|{M}": None}
    assert store.upto(("148", M)) == -1
    assert store.upto(("148", M + 3)) == 1


@settings(max_examples=300, derandomize=True)
@given(
    retention_s=st.floats(60, 200_000),
    newest_s=st.floats(1_795_143_600, 1_795_243_600),
    behind=st.floats(0, 1),
)
def test_no_pane_within_the_retention_expires(
    retention_s: float, newest_s: float, behind: float
) -> None:
    minute = int(newest_s - retention_s * behind) // 60
    store = PaneStore({}, retention_s)
    store.add({("148", minute): {"n": 1}}, upto=1)
    store.take_changed()
    assert store.expire({"148": newest_s}) == {}


def test_a_pane_is_emitted_before_it_expires() -> None:
    store = PaneStore({}, RETENTION_S)
    store.add({("148", M): {"n": 1}}, upto=1)
    assert store.expire({"148": (M + 500) * 60}) == {}
    assert set(store.take_changed()) == {("148", M)}
    assert store.expire({"148": (M + 501) * 60}) == {f"pane|148|{M}": None}


def test_panes_of_an_earlier_run_expire_too() -> None:
    table = entries(PaneStore({}, RETENTION_S).add({("148", M): {"n": 1}}, upto=1))
    store = PaneStore(table, RETENTION_S)
    assert store.expire({"148": (M + 120) * 60}) == {}
    assert store.expire({"148": (M + 123) * 60}) == {f"pane|148|{M}": None}
    assert store.newest_upto() == -1


def test_few_panes_are_held_decoded() -> None:
    """Three districts, a day of minutes, an emission each minute: 16 minutes stay at hand."""
    store = PaneStore({}, 30 * HOUR_S)
    for minute in range(1_440):
        store.add({(code, M + minute): {"n": 1} for code in ("148", "150", "152")}, minute)
        store.take_changed()
    assert len(store._hot) == 3 * (HOT_MINUTES + 1)
    assert len(store._stored) == 3 * 1_440


def test_a_late_event_finds_its_pane_again_after_it_cooled() -> None:
    store = PaneStore({}, 30 * HOUR_S)
    store.add({("148", M): {"n": 4, "s": frozenset({"a"})}}, upto=0)
    store.add({("148", M + 600): {"n": 1}}, upto=1)
    store.take_changed()
    assert ("148", M) not in store._hot
    store.add({("148", M): {"n": 1, "s": frozenset({"b"})}}, upto=2)
    ((position, payload),) = store.take_changed().values()
    held = orjson.loads(payload)
    assert (position, held["counts"], held["sets"]) == (2, {"n": 5}, {"s": ["a", "b"]})


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 300), st.integers(1, 5)),
        st.tuples(st.just("take"), st.just(0), st.just(0)),
        st.tuples(st.just("restart"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(steps=STEPS)
def test_emissions_and_restarts_lose_nothing(steps: list[tuple[str, int, int]]) -> None:
    """Once all is emitted, each pane's last emission has everything that was added to it."""
    store = PaneStore({}, 30 * HOUR_S)
    table: dict[str, bytes] = {}
    added: Counter[int] = Counter()
    shown: dict[int, int] = {}
    emitted_upto = -1

    def take() -> None:
        for (_, minute), (_, payload) in store.take_changed().items():
            shown[minute - M] = counted(payload)["n"]

    for upto, (action, minute, count) in enumerate(steps):
        if action == "add":
            parts: Parts = {"n": count}
            writes = store.add({("148", M + minute): parts}, upto)
            table |= {key: payload for key, payload in writes.items() if payload is not None}
            added[minute] += count
        elif action == "take":
            take()
            emitted_upto = upto
        else:
            store = PaneStore(table, 30 * HOUR_S)
            store.owe_since(emitted_upto)
    take()
    assert shown == dict(added)


def test_the_panes_of_a_unit_that_was_away_wait_for_its_backlog() -> None:
    store = PaneStore({}, RETENTION_S)
    store.add({("148", M): {"n": 1}, ("150", M): {"n": 1}}, upto=1)
    store.take_changed()
    gone = store.expire({"148": (M + 5_000) * 60, "150": M * 60})
    assert gone == {f"pane|148|{M}": None}
