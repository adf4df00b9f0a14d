"""How a feed's panes are cut into spans of time that can be compared at once."""

from datetime import UTC, datetime, timedelta

import pytest

from sinks.audit.gaps import gaps
from sinks.audit.panes import SPAN_EVENTS, SPAN_PANES, first_minute, spans

DAY = datetime(2026, 11, 20, tzinfo=UTC)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def at(hour: int) -> datetime:
    return DAY + timedelta(hours=hour)


def test_without_anything_there_is_no_span() -> None:
    assert spans([], LONG_AGO) == []


def test_they_begin_as_far_before_the_first_event_as_one_reaches_back() -> None:
    assert spans([(at(3), 10, 2)], LONG_AGO) == [(at(3 - 24), at(4))]
    assert spans([(at(3), 10, 2)], at(2)) == [(at(2), at(4))]


def test_they_hold_what_a_query_can_and_leave_no_gap() -> None:
    half = SPAN_EVENTS // 2
    hours = [(at(1), half, 1), (at(2), half, 1), (at(9), 1, 1), (at(10), 1, SPAN_PANES)]
    assert spans(hours, at(0)) == [(at(0), at(9)), (at(9), at(10)), (at(10), at(11))]


def test_an_hour_of_more_than_a_query_can_is_a_span_of_its_own() -> None:
    hours = [(at(1), 1, 1), (at(2), 9 * SPAN_EVENTS, 1), (at(3), 1, 1)]
    assert spans(hours, at(0)) == [(at(0), at(2)), (at(2), at(3)), (at(3), at(4))]


@pytest.mark.parametrize(
    ("seconds", "minute"), [(0.0, 0), (0.001, 1), (59.0, 1), (60.0, 1), (60.5, 2)]
)
def test_the_first_full_minute(seconds: float, minute: int) -> None:
    assert first_minute(DAY + timedelta(seconds=seconds)) == DAY + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([3, 4, 5], []),
        ([], [(3, 5)]),
        ([4], [(3, 3), (5, 5)]),
        ([3], [(4, 5)]),
        ([5], [(3, 4)]),
    ],
)
def test_gaps_from_three_to_five(known: list[int], expected: list[tuple[int, int]]) -> None:
    assert list(gaps(known, 3, 5)) == expected
