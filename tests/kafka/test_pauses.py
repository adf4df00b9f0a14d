"""Pauses by hand: what lies within a time, and nothing of what lies before or after it."""

import pytest
from kafka import TopicPartition

from tests.kafka.pauses import pauses_s

BUSY, IDLE = TopicPartition("t", 0), TopicPartition("t", 1)


@pytest.mark.parametrize(
    ("first_s", "last_s", "longest"),
    [
        (0, 100, [6.0]),  # from 4 s to 10 s
        (5, 100, [5.0]),  # from 5 s to 10 s
        (0, 7, [3.0]),  # from 1 s to 4 s, and from 4 s to 7 s
        (10.5, 11, [0.5]),
        (12, 100, []),
    ],
)
def test_the_longest_pause_within_a_time(
    first_s: float, last_s: float, longest: list[float]
) -> None:
    moments = {BUSY: [0, 1_000, 4_000, 10_000, 11_000], IDLE: [500]}
    assert pauses_s(moments, first_s, last_s) == longest
