"""A partition that is far behind for long does not hold the figures of the others back."""

import pytest

from contracts.messages import ProgressRow, iso
from streams.figures.watermark import FeedWatermark

LAGGARD_S = 300
START_MS = 1_795_143_600_000  # 2026-11-20 03:00:00 UTC


def told(partition: int, watermark_s: float, clock_s: float) -> ProgressRow:
    """The progress of a partition; times are seconds after the start."""
    return {
        "feed": "press",
        "generation": 0,
        "partition": partition,
        "version": 1,
        "newest": iso(START_MS + round(watermark_s * 1000)),
        "watermark": iso(START_MS + round(watermark_s * 1000)),
        "accepted": 0,
        "rejected": 0,
        "duplicates": 0,
        "late": 0,
        "beyond": 0,
        "known_since": {},
        "emitted_at": iso(START_MS + round(clock_s * 1000)),
    }


def reached_s(watermark: FeedWatermark) -> float:
    return (watermark.reached_ms - START_MS) / 1000


def feed(slow_s: float, clock_s: float, watermark: FeedWatermark | None = None) -> FeedWatermark:
    """Three partitions are as far as the clock, one is elsewhere."""
    found = watermark or FeedWatermark(LAGGARD_S)
    for partition in (0, 1, 2):
        found.put(told(partition, clock_s, clock_s))
    found.put(told(3, slow_s, clock_s))
    return found


def test_one_that_is_a_little_behind_holds_the_others_back() -> None:
    watermark = feed(0, 0)
    for clock_s in range(0, 3_000, 60):
        feed(clock_s - LAGGARD_S, clock_s, watermark)
        assert reached_s(watermark) == max(0, clock_s - LAGGARD_S)


def test_one_that_is_far_behind_for_long_is_left_out_until_it_has_caught_up() -> None:
    watermark = feed(0, 0)
    reached = {}
    for clock_s in range(60, 1_200, 60):
        feed(1, clock_s, watermark)
        reached[clock_s] = reached_s(watermark)
    # More than 300 s behind from 360 on, and left out after 300 more.
    assert reached[660] == 1
    assert reached[720] == 720
    feed(1_100, 1_200, watermark)
    assert reached_s(watermark) == 1_140  # which it had reached; it counts again
    feed(1_200, 1_260, watermark)
    assert reached_s(watermark) == 1_200


def test_while_a_log_is_caught_up_with_nobody_is_left_out() -> None:
    """All are hours apart for a minute: figures wait for the last one."""
    watermark = FeedWatermark(LAGGARD_S)
    for clock_s in range(60):
        for partition in range(4):
            watermark.put(told(partition, clock_s * 60 * (1 + partition), 90_000 + clock_s))
    assert reached_s(watermark) == 59 * 60


def test_one_that_is_far_ahead_leaves_nobody_out() -> None:
    watermark = feed(0, 0)
    for clock_s in range(60, 3_000, 60):
        feed(70 * 365 * 86_400, clock_s, watermark)
        assert reached_s(watermark) == clock_s


@pytest.mark.parametrize("leap_s", [7 * 3_600, -7 * 3_600])
def test_a_clock_that_leaps_for_one_emission_leaves_nobody_out_for_good(leap_s: int) -> None:
    watermark = feed(0, 0)
    feed(100, 400, watermark)
    watermark.put(told(0, 400, 400 + leap_s))
    feed(340, 460, watermark)
    assert reached_s(watermark) == 340 or leap_s > 0
    feed(400, 520, watermark)
    feed(460, 580, watermark)
    assert reached_s(watermark) == 460
