"""Choosing exact numbers."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.drawing import generator
from producers.scenarios.choosing import choose


@given(weights=st.lists(st.floats(0.001, 1_000), max_size=50), data=st.data())
def test_as_many_as_asked_for_are_chosen_and_none_twice(
    weights: list[float], data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, len(weights)))
    chosen = choose(generator("any"), weights, count)
    assert len(chosen) == len(set(chosen)) == count
    assert set(chosen) <= set(range(len(weights)))


def test_a_weight_is_the_chance_to_be_next() -> None:
    """Of weights 1, 1 and 2, two are chosen: the third is left out if the others come first.

    That is 1/4 × 1/3 for one order and as much for the other: 1/6.
    """
    rng = generator("weights")
    left_out = Counter(3 - sum(choose(rng, (1, 1, 2), 2)) for _ in range(20_000))
    assert left_out[2] / 20_000 == pytest.approx(1 / 6, abs=0.01)
    assert left_out[0] / 20_000 == pytest.approx(5 / 12, abs=0.015)


@pytest.mark.parametrize("count", [-1, 4])
def test_more_than_there_are_or_fewer_than_none_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"{count} can't be chosen among 3"):
        choose(generator("any"), (1, 1, 1), count)
