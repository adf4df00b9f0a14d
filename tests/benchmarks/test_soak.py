"""The figures of a soak, by hand: memory that grows at first, and then by 2 MB a million events."""

import pytest

from benchmarks.soak import Sample, figures


def test_the_slope_is_that_of_the_second_half() -> None:
    memory = {0: 100.0, 1: 150.0, 2: 200.0, 5: 210.0, 6: 212.0, 8: 216.0, 10: 220.0}
    samples = [Sample(60.0 * m, m * 1_000_000, mb) for m, mb in memory.items()]
    found = figures(samples)
    assert found["MB per M events"] == pytest.approx(2.0)
    assert found["minutes"] == 10
    assert [found[f"MB at {share} %"] for share in (10, 50, 100)] == [150, 210, 220]
    assert found["peak MB"] == 220
