"""Formulas and parts against figures worked out by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.formulas import (
    NO_DATA,
    CountOf,
    DistinctOf,
    Figure,
    GaugeOf,
    QuantileOf,
    RateOf,
    RatioOf,
    Span,
    SpikeOf,
)
from contracts.parts import Parts, decode_parts, encode_parts, merge_part, merged

SPAN = Span(start_s=0, as_of_s=1_800)


def test_a_count_of_nothing_is_a_true_zero_and_a_gauge_of_nothing_is_no_data() -> None:
    assert CountOf("n").figure({}, SPAN) == Figure(0, 0)
    assert GaugeOf("n").figure({}, SPAN) == NO_DATA
    assert GaugeOf("n").figure({"n": 0}, SPAN) == Figure(0, 0)


def test_a_rate_is_per_hour_of_the_span() -> None:
    # 30 events in half an hour are 60 an hour.
    assert RateOf("n").figure({"n": 30}, SPAN) == Figure(60.0, 30, 0.5)


@pytest.mark.parametrize("denominator", [0, -1])
def test_a_share_of_nothing_is_no_data(denominator: int) -> None:
    assert RatioOf("a", "b").figure({"a": 1, "b": denominator}, SPAN) == NO_DATA


def test_a_mean_undoes_the_fixed_point() -> None:
    # 1234 tenths over 4 vehicles: 123.4 / 4 = 30.85 km/h.
    assert RatioOf("s", "n", scale=10).figure({"s": 1234, "n": 4}, SPAN).value == pytest.approx(
        30.85
    )


def test_a_quantile_is_linear_within_its_bin() -> None:
    # 10 values, 8 in [50, 51), 2 in [60, 61). Rank 8.5 lies a quarter into the second bin's two:
    # 60 + 0.5 / 2 = 60.25.
    figure = QuantileOf("h", 0.85, 1.0).figure({"h": {50: 8, 60: 2}}, SPAN)
    assert figure == Figure(60.25, None, 10)
    # Half days: rank 0.9 × 1 in bin 3 is (3 + 0.9) × 0.5 days.
    assert QuantileOf("h", 0.9, 0.5).figure({"h": {3: 1}}, SPAN).value == pytest.approx(1.95)
    assert QuantileOf("h", 0.9, 0.5).figure({}, SPAN) == NO_DATA


def test_a_spike_is_measured_against_the_same_hour_of_earlier_days() -> None:
    hour = 1000
    spike = SpikeOf("hours", min_count=5, min_days=5, max_days=14)
    span = Span(0, hour * 3600 + 60)
    # Earlier days at this hour: 2, 4, 4, 6, 9. Median 4; deviations 2, 0, 0, 2, 5, median 2.
    hours = {hour: 16, hour - 24: 2, hour - 48: 4, hour - 72: 4, hour - 96: 6, hour - 120: 9}
    figure = spike.figure({"hours": hours}, span)
    assert figure.value == pytest.approx(12 / (1.4826 * 2))
    assert (figure.numerator, figure.denominator) == (16, 4)
    # With four earlier days there is no data yet; a handful of events is no spike.
    young = {then: count for then, count in hours.items() if then > hour - 120}
    assert spike.figure({"hours": young}, span) == NO_DATA
    assert spike.figure({"hours": {**dict.fromkeys(hours, 0), hour: 4}}, span).value == 0


def test_distinct_values_of_districts_unite() -> None:
    total = merged([{"o": frozenset({"a", "b"})}, {"o": frozenset({"b", "c"})}])
    assert DistinctOf("o").figure(total, SPAN).value == 3


PART = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "count": st.integers(-9, 9),
            "histogram": st.dictionaries(st.integers(0, 5), st.integers(1, 9), max_size=4),
            "set": st.frozensets(st.sampled_from("abcd")),
        },
    )
)


@settings(max_examples=200, derandomize=True)
@given(many=st.lists(PART, max_size=6), data=st.data())
def test_merging_knows_no_order_and_no_grouping(many: list[Parts], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(many))
    cut = data.draw(st.integers(0, len(many)))
    expected = merged(many)
    assert merged(shuffled) == expected
    assert merged([merged(many[:cut]), merged(many[cut:])]) == expected
    assert decode_parts(encode_parts(expected)) == expected


def test_parts_of_different_shapes_do_not_merge() -> None:
    with pytest.raises(TypeError, match="different shapes"):
        merge_part(1, {1: 1})
