"""Rolling windows against a loop over a dict, through overwrites and drops."""

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.indicators.parts import Parts
from streams.figures.rolling import MAX_LEVEL, RollingPanes

BASE = 29_919_060
"""Minutes since 1970 of 2026-11-20 03:00 UTC, so that blocks lie as they do in use."""

MINUTES = st.integers(0, 2_100)
STEPS = st.one_of(
    st.tuples(st.just("put"), MINUTES, st.integers(-3, 3)),
    st.tuples(st.just("window"), MINUTES, st.sampled_from((0, 1, 5, 60, 61, 1_023, 1_440, 2_048))),
    st.tuples(st.just("drop"), MINUTES, st.just(0)),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(steps=st.lists(STEPS, max_size=40))
def test_any_puts_drops_and_windows(steps: list[tuple[str, int, int]]) -> None:
    rolling = RollingPanes()
    panes: dict[int, int] = {}
    for action, minute, number in steps:
        if action == "put":
            rolling.put(BASE + minute, {"n": number, "s": frozenset({str(number)})})
            panes[minute] = number
        elif action == "drop":
            rolling.drop_before(BASE + minute)
            panes = {held: n for held, n in panes.items() if held >= minute}
        else:
            inside = [n for held, n in panes.items() if minute <= held < minute + number]
            window = rolling.window(BASE + minute, BASE + minute + number)
            expected: Parts = {"n": sum(inside), "s": frozenset(map(str, inside))}
            assert window == (expected if inside else {})
    assert len(rolling) == len(panes)


def test_a_day_at_an_odd_minute_is_a_day() -> None:
    rolling = RollingPanes()
    for minute in range(-10, 1_500):
        rolling.put(BASE + minute, {"n": 1})
    for first in (0, 1, 7, 59):
        assert rolling.window(BASE + first, BASE + first + 1_440) == {"n": 1_440}


def test_what_was_given_out_does_not_change_what_is_held() -> None:
    rolling = RollingPanes()
    rolling.put(BASE, {"n": 1})
    rolling.put(BASE + 1, {"n": 2})
    rolling.window(BASE, BASE + 2)["n"] = 99
    assert rolling.window(BASE, BASE + 2) == {"n": 3}


def test_old_blocks_are_dropped_with_their_panes() -> None:
    """Memory is bounded by the minutes held: a day, and twice as many blocks at most."""
    rolling = RollingPanes()
    for minute in range(5 * 1_440):
        rolling.put(BASE + minute, {"n": 1})
        if minute % 60 == 0:
            rolling.window(BASE + minute - 1_440, BASE + minute)
            rolling.drop_before(BASE + minute - 1_440)
    assert len(rolling) < 1_440 + 61
    assert len(rolling._blocks) < 2 * 1_440


def test_empty_minutes_take_no_memory() -> None:
    """A province of 700 districts looks back over a day, of which it has only minutes yet."""
    rolling = RollingPanes()
    for minute in range(3):
        rolling.put(BASE + minute, {"n": 1})
        assert rolling.window(BASE + minute - 1_440, BASE + minute + 1) == {"n": minute + 1}
    assert len(rolling._blocks) < 3 * MAX_LEVEL


def test_an_overwritten_minute_shows_in_every_window_that_holds_it() -> None:
    """Windows of two days and more hold blocks of the largest size, which are merged only once."""
    rolling = RollingPanes()
    for change, minute in enumerate(range(0, 3_100, 97), start=1):
        rolling.put(BASE + minute, {"n": 1})
        assert rolling.window(BASE, BASE + 3_100) == {"n": change}
    rolling.put(BASE + 97, {"n": 1_000})
    assert rolling.window(BASE, BASE + 3_100) == {"n": 1_031}  # 32 minutes, one of them of 1,000


def test_any_minute_of_a_window_may_change_between_two_looks() -> None:
    rolling = RollingPanes()
    panes = dict.fromkeys(range(-1, 6), 1)
    for minute in panes:
        rolling.put(BASE + minute, {"n": 1})
    for minute in (4, 0, 3, -1, 5, 4, 4, 2):
        panes[minute] += 10
        rolling.put(BASE + minute, {"n": panes[minute]})
        inside = sum(panes[n] for n in range(5))
        assert rolling.window(BASE, BASE + 5) == {"n": inside}
        assert rolling.window(BASE - 1, BASE + 5) == {"n": inside + panes[-1]}
