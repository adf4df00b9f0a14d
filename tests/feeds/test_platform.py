"""Platforms: bounds, panes and figures by hand, states and silence of systems, a simulated day."""

from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.event import Checked
from contracts.indicators.formulas import NO_DATA, Figure, LargestOf, Span
from contracts.indicators.gauges import LatestStates, Silence
from contracts.messages import parse_iso
from contracts.reference.known_reporters import connected_systems, platform_systems
from contracts.reference.province import load_reference
from contracts.registry import feed_named
from contracts.settings import load_settings
from producers.platform import PlatformSimulator
from producers.simulator import Pace, Planned, World
from streams.gauges.latest import LatestStatesState
from streams.gauges.of_feed import FeedGauges
from streams.gauges.senders import SilenceState
from tests.contracts.formed import loose
from tests.feeds.contract import Bounds, refusals
from tests.feeds.meaning import Meaning, Told, event, seconds
from tests.producers.conftest import drawn, local_ms

BOUNDS: list[Bounds] = [
    ("call", "status", ["timeout"], ["failed", True]),
    ("call", "direction", ["inbound"], ["both"]),
    ("call", "latency_ms", [0, 600_000], [-1, 600_001, 0.5]),
    ("call", "bytes", [0, 10**9], [-1, 10**9 + 1]),
    ("call", "platform", ["ndxp"], ["LGSP", "other"]),
    ("connection", "state", ["trial", "down"], ["up", None]),
    ("connection", "system", ["vpostcode"], ["Hộ tịch", ""]),
]

SYSTEMS = load_reference(load_settings()).platform


@pytest.mark.parametrize("bounds", BOUNDS, ids=lambda bounds: f"{bounds[0]}.{bounds[1]}")
def test_bounds(bounds: Bounds) -> None:
    assert refusals("platform", bounds) == []


def test_panes_and_figures(meaning: Meaning) -> None:
    told = [
        Told("call", "03:00:00", {"latency_ms": 0}),
        Told("call", "03:00:01", {"latency_ms": 19}),
        Told("call", "03:00:02", {"latency_ms": 20, "status": "error"}),
        Told("call", "03:00:03", {"latency_ms": 600_000, "status": "timeout"}),
        Told("connection", "03:00:04"),
    ]
    found = meaning.agree(
        "platform",
        told,
        {
            ("17", "03:00"): {
                "calls": 4,
                "calls_ok": 2,
                "latency_bins": {0: 2, 1: 1, 3_000: 1},
            },
        },
    )
    assert found["calls"] == Figure(4, 4)
    assert found["success_share"].value == 0.5
    # Rank 3.8 of 4: three lie below, 0.8 of the last one in [60,000, 60,020) ms.
    assert found["latency_p95"].value == pytest.approx(60_016)


def test_the_systems_are_those_that_were_published() -> None:
    """17 on LGSP, 9 of them connected and 8 on trial, and 4 on NDXP, all of the province itself."""
    counts = Counter((each.platform, each.connection) for each in SYSTEMS)
    assert counts == {("lgsp", "connected"): 9, ("lgsp", "trial"): 8, ("ndxp", "connected"): 4}
    names = {each.name_vi for each in SYSTEMS if each.connection == "connected"}
    assert {"Hộ tịch", "Lý lịch tư pháp", "Cổng Thông tin điện tử tỉnh"} <= names
    reference = load_reference(load_settings())
    assert {code: len(held) for code, held in platform_systems(reference).items()} == {"17": 21}
    assert len(connected_systems(reference)["17"]) == 13


def test_states_and_silence_as_of_an_instant() -> None:
    gauges = FeedGauges(feed_named("platform"), load_reference(load_settings()), 86_400, {})
    assert gauges.unheard() == {"17": {"up": 0, "known": 21}}
    told = [
        event("platform", "connection", "03:00:00", system="ho-tich", state="down"),
        event("platform", "connection", "03:05:00", system="ho-tich", state="connected"),
        event("platform", "connection", "03:04:00", system="ho-tich", state="down"),  # late
        event("platform", "connection", "03:00:00", system="thu-nghiem-01", state="trial"),
        event("platform", "connection", "03:00:00", system="vpostcode", state="down"),
        event("platform", "connection", "03:00:00", system="stranger", state="connected"),
        event("platform", "call", "03:00:00", system="vpostcode"),
        event("platform", "call", "03:06:01", system="ho-tich"),
        event("platform", "call", "02:00:00", system="thu-nghiem-01"),  # a trial may be silent
    ]
    times_s = [seconds(each) for each in told]
    gauges.fold(told, times_s, range(len(told)))
    parts = gauges.take_changed(times_s[0] + 600)["17"]  # 03:10:00
    assert (parts["in_connected"], parts["in_trial"], parts["in_down"]) == (1, 1, 1)
    assert (parts["up"], parts["known"]) == (2, 21)
    assert parts["silent_minutes"] == {10: 1, 3: 1}
    assert LargestOf("silent_minutes").figure(parts, Span(0, 1)) == Figure(10, None, 2)
    assert LargestOf("silent_minutes").figure({}, Span(0, 1)) == NO_DATA


KNOWN = {"148": frozenset("abc")}
STATES = LatestStates(
    "system", frozenset({"said"}), "state", ("x", "y"), frozenset({"x"}), lambda _: KNOWN, 10
)
SAID = st.tuples(st.sampled_from("abcz"), st.sampled_from("xy"), st.integers(0, 5))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(said=st.lists(SAID, min_size=1, max_size=10), data=st.data())
def test_order_repeats_and_restarts_change_no_state(
    said: list[tuple[str, str, int]], data: st.DataObject
) -> None:
    events: list[tuple[Checked, float]] = [
        (loose(kind="said", district="148", system=system, state=state), float(at + 1))
        for system, state, at in said
    ]
    table: dict[str, bytes] = {}
    for one, at_s in [*data.draw(st.permutations(events)), *events[:2]]:
        kept = LatestStatesState(STATES, KNOWN)
        kept.load(table)
        written = {key: kept.entry(key) for key in kept.fold([one], [at_s], [0])}
        table.update({key: entry for key, entry in written.items() if entry is not None})
    kept = LatestStatesState(STATES, KNOWN)
    kept.load(table)
    last = {
        system: max((at, state) for other, state, at in said if other == system)[1]
        for system in {system for system, _, _ in said} & set("abc")
    }
    held = Counter(last.values())
    expected = {"in_x": held["x"], "in_y": held["y"], "up": held["x"], "known": 3}
    assert kept.parts(0.0).get("148", expected) == expected
    assert ("148" in kept.parts(0.0)) is bool(last)


def test_silence_has_a_longest() -> None:
    kept = SilenceState(Silence("system", frozenset(), 5, lambda _: KNOWN), KNOWN)
    kept.fold([loose(kind="any", district="148", system="a")], [1_000.0], [0])
    assert kept.parts(1_359.0) == {"148": {"silent_minutes": {5: 1}}}
    assert kept.parts(1_059.0) == {"148": {"silent_minutes": {0: 1}}}
    assert kept.parts(900.0) == {"148": {"silent_minutes": {0: 1}}}  # it spoke since


@pytest.fixture(scope="module")
def day(province: World) -> list[Planned]:
    """Every fourth minute of Tuesday 3 November 2026."""
    start = local_ms(2026, 11, 3)
    return drawn(PlatformSimulator(province), start, start + 86_400_000, every=4)


def test_magnitudes(day: list[Planned]) -> None:
    calls = [each.event for each in day if each.event["kind"] == "call"]
    # a Tuesday has 1.1 times the mean of the weights, which is 0.95
    assert len(calls) == pytest.approx(80_000 / 4 * 1.1 / 0.95, rel=0.06)
    assert len({call["system"] for call in calls}) == 21
    assert {each.event["district"] for each in day} == {"17"}
    ok = sum(call["status"] == "ok" for call in calls)
    assert ok / len(calls) == pytest.approx(0.992, abs=0.004)
    times = sorted(call["latency_ms"] for call in calls)
    assert 100 < times[len(times) // 2] < 250
    assert all(call["latency_ms"] == 30_000 for call in calls if call["status"] == "timeout")


def test_a_system_says_its_state_every_hour_and_when_it_changes(province: World) -> None:
    simulator, no_calls = PlatformSimulator(province), Pace(scale=0.0)
    start_s = local_ms(2026, 11, 2) // 1000
    said = defaultdict(list)
    for slot_s in range(start_s, start_s + 4 * 86_400, simulator.slot_s):
        for each in simulator.events(slot_s, no_calls):
            assert each.event["kind"] == "connection"
            said[each.event["system"]].append(each.event)
    assert len(said) == 21
    trial = {each.system for each in SYSTEMS if each.connection == "trial"}
    downs = 0
    for system, events in said.items():
        times = [parse_iso(one["occurred_at"]) for one in events]
        assert max(later - earlier for earlier, later in pairwise(times)) <= 3_600_000
        usual = "trial" if system in trial else "connected"
        assert {one["state"] for one in events} <= {usual, "down"}
        downs += any(one["state"] == "down" for one in events)
    assert 1 <= downs <= 15
