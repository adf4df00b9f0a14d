"""Relative times: calendar days are those of the dashboard's time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dashboards.grafana.times import TimeError, interval_text, moment, time_range

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")  # UTC+7
NOW = datetime(2026, 3, 31, 20, 15, 30, tzinfo=UTC)  # 1 April 03:15:30 there, a Wednesday


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("now", "2026-03-31T20:15:30"),
        ("now-90s", "2026-03-31T20:14:00"),
        ("now-6h", "2026-03-31T14:15:30"),
        ("now-1d", "2026-03-30T20:15:30"),
        ("now/h", "2026-03-31T20:00:00"),
        ("now/d", "2026-03-31T17:00:00"),
        ("now-1d/d", "2026-03-30T17:00:00"),
        ("now-1d+2h/d", "2026-03-30T17:00:00"),
        ("now/w", "2026-03-29T17:00:00"),
        ("now/M", "2026-03-31T17:00:00"),
        ("now/y", "2025-12-31T17:00:00"),
        ("now-2M", "2026-01-31T20:15:30"),
        ("now-1y", "2025-03-31T20:15:30"),
    ],
)
def test_moment(text: str, at: str) -> None:
    assert moment(text, NOW, HANOI) == datetime.fromisoformat(at).replace(tzinfo=UTC)


def test_a_month_that_is_shorter_ends_with_its_last_day() -> None:
    leap = datetime(2024, 3, 31, 1, tzinfo=UTC)
    assert moment("now-1M", leap, HANOI) == datetime(2024, 2, 29, 1, tzinfo=UTC)


def test_the_end_of_a_range_is_the_last_millisecond_of_the_day() -> None:
    day = time_range("now/d", "now/d", NOW, HANOI)
    assert day.start == datetime(2026, 3, 31, 17, tzinfo=UTC)
    assert day.end == datetime(2026, 4, 1, 16, 59, 59, 999_000, UTC)
    assert day.milliseconds == 86_399_999


@pytest.mark.parametrize("text", ["yesterday", "now-", "now-1q", "now/s", "1594671549254"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(TimeError, match="is no time of a dashboard"):
        moment(text, NOW, HANOI)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (200, "200ms"),
        (20_000, "20s"),
        (300_000, "5m"),
        (5_400_000, "1h"),
        (86_400_000, "1d"),
        (31_536_000_000, "1y"),
    ],
)
def test_interval_text(milliseconds: int, text: str) -> None:
    assert interval_text(milliseconds) == text
