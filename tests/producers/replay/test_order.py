"""Sorting outside of memory, and the pace."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.replay.errors import SpeedError
from producers.replay.event import ReplayEvent
from producers.replay.pace import Pace, speed_of
from producers.replay.store import EventStore


def event(number: int, at_ms: int) -> ReplayEvent:
    return ReplayEvent(at_ms, "148", "received", f"id-{number}", b"{%d}" % number)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(-5, 5)), max_size=60), st.integers(1, 7))
def test_batches_are_the_distinct_events_by_time_and_arrival(
    pairs: list[tuple[int, int]], size: int
) -> None:
    arrivals = [event(number, at_ms) for number, at_ms in pairs]
    distinct = list({e.event_id: e for e in reversed(arrivals)}.values())[::-1]
    with EventStore() as store:
        fresh = [store.add(e) for e in arrivals]
        batches = list(store.batches(size))
        assert sum(fresh) == len(store) == len(distinct)
    assert all(len(batch) == size for batch in batches[:-1])
    given_back = [e for batch in batches for e in batch]
    in_order = sorted(
        (e for e, is_fresh in zip(arrivals, fresh, strict=True) if is_fresh), key=lambda e: e.at_ms
    )
    assert given_back == in_order


def test_what_was_dropped_on_the_way_does_not_come_again() -> None:
    """By unit and not by time, because events in the archive are left out."""
    events = [event(number, number // 3) for number in range(1_000)]
    random.Random(3).shuffle(events)
    with EventStore() as store:
        for each in events:
            store.add(each)
        for batch in store.batches(64):
            for e in batch:
                number = int(e.event_id[3:])
                if number % 2:
                    store.mark(e.event_id, "150" if number % 3 else "148", number)
        assert sorted(store.archived_units()) == ["148", "150"]
        assert store.drop_archived("148", None) == 167
        assert store.drop_archived("150", 10) == 3  # 1, 5, 7
        assert store.count_archived("150") == 330
        assert store.drop_archived("150", 2_000) == 330
        left = [int(e.event_id[3:]) for batch in store.batches(100) for e in batch]
    assert sorted(left) == list(range(0, 1_000, 2))


def test_an_empty_store_has_no_batch() -> None:
    with EventStore() as store:
        assert list(store.batches(10)) == []


class Clock:
    now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


def test_gaps_are_shortened_by_the_speed() -> None:
    clock = Clock()
    pace = Pace(100.0, clock)
    assert pace.left_s(1_000_000) == 0.0
    assert pace.left_s(1_060_000) == pytest.approx(0.6)  # a minute, a hundred times as fast
    clock.now_s += 0.5
    assert pace.left_s(1_060_000) == pytest.approx(0.1)
    clock.now_s += 5.0
    assert pace.left_s(1_060_000) == 0.0
    # A delay is caught up: the next event is due by the first one, not by the previous one.
    assert pace.left_s(1_600_000) == pytest.approx(0.5)


def test_at_the_greatest_speed_nothing_waits() -> None:
    pace = Pace(speed_of("max"), Clock())
    assert [pace.left_s(at_ms) for at_ms in (0, 10**12)] == [0.0, 0.0]


def test_speeds_are_told_by_a_factor() -> None:
    assert [speed_of(text) for text in ("1x", "100x", "0.5x")] == [1.0, 100.0, 0.5]


@pytest.mark.parametrize("text", ["0x", "fast", "100", "-1x", "x", ""])
def test_what_is_no_speed_is_one_sentence(text: str) -> None:
    with pytest.raises(SpeedError, match=f"--speed {text}: is neither max nor a speed"):
        speed_of(text)
