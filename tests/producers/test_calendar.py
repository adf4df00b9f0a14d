"""Dates worked by hand from a calendar of Vietnam's public holidays."""

from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import DataFileError
from contracts.time.holidays import load_holidays
from producers.calendar import (
    NEWS,
    OFFICE,
    ROADS,
    WORKING_DAY_S,
    Shape,
    add_working,
    due_after,
    holidays,
    is_tet,
    local_day,
    local_time,
)
from tests.producers.conftest import local_ms

HOUR_S = 3600


def test_the_day_begins_at_midnight_of_hanoi() -> None:
    before = local_ms(2026, 11, 23, 23, 59)  # 16:59 UTC
    assert local_day(before) == date(2026, 11, 23).toordinal() - date(1970, 1, 1).toordinal()
    assert local_day(before + 60_000) == local_day(before) + 1


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        # an ordinary week: Monday 23 November 2026
        ((2026, 11, 23, 9, 0), 1, (2026, 11, 24, 17, 0)),
        ((2026, 11, 23, 9, 0), 5, (2026, 11, 30, 17, 0)),
        # filed online on a Saturday night: Monday is the first day
        ((2026, 11, 28, 22, 0), 1, (2026, 11, 30, 17, 0)),
        # Tet 2026: Tuesday 17 February; off Monday 16 to Friday 20
        ((2026, 2, 13, 10, 0), 1, (2026, 2, 23, 17, 0)),
        # Tet 2027: Saturday 6 February; off Friday 5 to Tuesday 9, then Wednesday 10 and Thursday
        # 11 in lieu of the weekend
        ((2027, 2, 4, 10, 0), 1, (2027, 2, 12, 17, 0)),
        ((2027, 2, 4, 10, 0), 2, (2027, 2, 15, 17, 0)),
        # the Hung Kings' day, Sunday 26 April 2026, moves to Monday
        ((2026, 4, 24, 16, 0), 1, (2026, 4, 28, 17, 0)),
        # Thursday 30 April and Friday 1 May 2026
        ((2026, 4, 29, 8, 0), 1, (2026, 5, 4, 17, 0)),
        # National Day: Wednesday 2 and Thursday 3 September 2026
        ((2026, 9, 1, 8, 0), 1, (2026, 9, 4, 17, 0)),
        # Friday 1 January 2027
        ((2026, 12, 31, 8, 0), 1, (2027, 1, 4, 17, 0)),
    ],
)
def test_due_dates(start: tuple[int, ...], days: int, due: tuple[int, ...]) -> None:
    assert due_after(local_ms(*start), days) == local_ms(*due)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ((2026, 11, 23, 9, 0), 2.0, (2026, 11, 23, 11, 0)),
        ((2026, 11, 23, 11, 0), 1.0, (2026, 11, 23, 13, 30)),  # over the midday break
        ((2026, 11, 23, 16, 0), 2.0, (2026, 11, 24, 8, 30)),  # over the night
        ((2026, 11, 23, 12, 0), 0.0, (2026, 11, 23, 13, 0)),  # begins when the office opens
        ((2026, 11, 28, 12, 0), 8.0, (2026, 11, 30, 17, 0)),  # Saturday, a whole day
        ((2026, 2, 13, 16, 0), 2.0, (2026, 2, 23, 8, 30)),  # over Tet
        ((2026, 4, 29, 16, 30), 1.0, (2026, 5, 4, 8, 0)),  # over 30 April and 1 May
    ],
)
def test_office_hours(start: tuple[int, ...], hours: float, end: tuple[int, ...]) -> None:
    assert add_working(local_ms(*start), hours * HOUR_S) == local_ms(*end)


def test_holidays_of_2026() -> None:
    assert holidays(2026) == {
        date(2026, 1, 1),
        *(date(2026, 2, day) for day in range(16, 21)),
        date(2026, 4, 26),
        date(2026, 4, 27),
        date(2026, 4, 30),
        date(2026, 5, 1),
        date(2026, 9, 2),
        date(2026, 9, 3),
    }


@pytest.mark.parametrize(
    ("day", "tet"),
    [
        (date(2023, 1, 2), False),  # in lieu of New Year's Day, a Sunday
        (date(2023, 1, 21), True),
        (date(2023, 1, 27), True),  # in lieu of a weekend's day
        (date(2026, 2, 15), False),
        (date(2026, 2, 20), True),
        (date(2026, 4, 30), False),
    ],
)
def test_which_days_off_are_those_of_tet(day: date, tet: bool) -> None:
    assert is_tet(day) is tet


def test_a_year_without_lunar_dates_keeps_its_fixed_holidays() -> None:
    # 2035: 1 January, 30 April and 1 May are Mondays and a Tuesday, 2 September a Sunday
    assert holidays(2035) == {
        date(2035, 1, 1),
        date(2035, 4, 30),
        date(2035, 5, 1),
        date(2035, 9, 2),
        date(2035, 9, 3),
        date(2035, 9, 4),
    }


@pytest.mark.parametrize("shape", [OFFICE, ROADS, NEWS])
def test_a_shape_averages_to_one_over_a_week(shape: Shape) -> None:
    monday = local_ms(2026, 11, 2)
    hours = [shape.factor(monday + hour * 3_600_000) for hour in range(7 * 24)]
    assert sum(hours) / len(hours) == pytest.approx(1.0)


def test_offices_are_quiet_at_tet_and_roads_are_not() -> None:
    tet, ordinary = local_ms(2026, 2, 17, 9), local_ms(2026, 2, 10, 9)  # two Tuesdays
    assert OFFICE.factor(tet) < 0.1 * OFFICE.factor(ordinary)
    assert ROADS.factor(tet) > ROADS.factor(ordinary)


START = st.integers(local_ms(2024, 1, 1), local_ms(2027, 12, 1))


@given(START, st.floats(0, 20 * WORKING_DAY_S), st.floats(0, 5 * WORKING_DAY_S))
def test_office_hours_add_up(start: int, first: float, second: float) -> None:
    in_steps = add_working(add_working(start, first), second)
    at_once = add_working(start, first + second)
    earlier, later = sorted((in_steps, at_once))
    # to the millisecond, but where a step ends exactly as the office closes, whatever the break
    assert later - earlier <= 2 or add_working(earlier, 0.01) - later <= 20


def test_office_hours_add_up_where_a_step_ends_with_the_morning() -> None:
    start = 1_704_042_000_000  # a Monday of the new year's holiday, 0:00
    in_steps = add_working(add_working(start, 1e-05), 72_000.0)
    assert local_time(in_steps).time() == time(11, 30)
    assert local_time(add_working(start, 72_000.00001)).time() == time(13)


@given(START, st.integers(1, 30))
def test_whole_days_of_work_fit_in_the_limit(start: int, days: int) -> None:
    assert add_working(start, days * WORKING_DAY_S - 0.01) <= due_after(start, days)


def test_days_off_of_2026_by_name() -> None:
    named = {off.day: (off.name_vi, off.in_lieu) for off in load_holidays().days_off(2026)}
    assert named[date(2026, 2, 17)] == ("Tết Nguyên đán", False)
    assert named[date(2026, 4, 26)] == ("Giỗ Tổ Hùng Vương", False)  # a Sunday
    assert named[date(2026, 4, 27)] == ("Giỗ Tổ Hùng Vương", True)
    assert set(named) == holidays(2026)
    assert len(named) == 12


def test_a_day_that_there_is_not_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "holidays.csv"
    file.write_text("day,name_vi\n02-30,Không có\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="there is no day 02-30"):
        load_holidays(file)
