"""Formulas against figures worked out by hand."""

import statistics

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.indicators.formulas import (
    NO_DATA,
    CountOf,
    DistinctOf,
    Figure,
    Formula,
    GaugeOf,
    QuantileOf,
    RateOf,
    RatioOf,
    Span,
    SpikeOf,
)
from contracts.indicators.parts import Part, Parts

SPAN = Span(0.0, 3600.0)
HOUR = 500_000
SPIKE = SpikeOf("hours", min_count=5, min_days=5, max_days=14)


def value_of(formula: Formula, parts: Parts, span: Span = SPAN) -> float:
    value = formula.figure(parts, span).value
    assert value is not None
    return value


def test_a_count_without_events_is_a_true_zero() -> None:
    assert CountOf("n").figure({}, SPAN) == Figure(0, 0)
    assert CountOf("n").figure({"n": 7, "m": 1}, SPAN) == Figure(7, 7)


def test_a_gauge_that_nothing_was_heard_of_has_no_data() -> None:
    assert GaugeOf("open").figure({}, SPAN) == NO_DATA
    assert GaugeOf("open").figure({"open": 0}, SPAN) == Figure(0, 0)


def test_rate() -> None:
    # 30 events in 5 minutes: 30 / (300 / 3600) = 360 an hour; in 4.5 minutes: 400.
    assert value_of(RateOf("n"), {"n": 30}, Span(1000.0, 1300.0)) == pytest.approx(360)
    assert value_of(RateOf("n"), {"n": 30}, Span(1000.0, 1270.0)) == pytest.approx(400)
    assert RateOf("n").figure({"n": 30}, Span(0, 7200)) == Figure(15.0, 30, 2.0)
    assert RateOf("n").figure({}, Span(0, 7200)) == Figure(0.0, 0, 2.0)


@pytest.mark.parametrize("span", [Span(60.0, 60.0), Span(60.0, 59.0)])
def test_a_rate_over_no_time_has_no_data(span: Span) -> None:
    assert RateOf("n").figure({"n": 30}, span) == NO_DATA


def test_ratio() -> None:
    assert RatioOf("a", "b").figure({"a": 3, "b": 4}, SPAN) == Figure(0.75, 3, 4)
    assert RatioOf("a", "b").figure({"b": 4}, SPAN) == Figure(0.0, 0, 4)
    # A mean speed from tenths: 1,234 deci-km/h over 2 vehicles is 123.4 / 2 = 61.7 km/h.
    mean = RatioOf("sum", "n", scale=10).figure({"sum": 1234, "n": 2}, SPAN)
    assert (mean.value, mean.numerator, mean.denominator) == pytest.approx((61.7, 123.4, 2))
    assert value_of(RatioOf("a", "b"), {"a": -3, "b": 4}) == -0.75


@pytest.mark.parametrize("parts", [{}, {"a": 1}, {"a": 1, "b": 0}, {"a": -1, "b": -2}])
def test_a_ratio_over_nothing_has_no_data(parts: Parts) -> None:
    """A denominator below 0 comes from retractions whose events lie outside the window."""
    assert RatioOf("a", "b").figure(parts, SPAN) == NO_DATA


@pytest.mark.parametrize(
    ("bins", "q", "expected"),
    [
        # 10 values in [40, 41): rank 8.5 of 10 lies 0.85 into the bin.
        ({40: 10}, 0.85, 40.85),
        # rank 0.5 × 4 = 2: the first two fill [40, 41) to its upper end.
        ({40: 2, 50: 2}, 0.5, 41.0),
        # rank 0.75 × 4 = 3: one of the two in [50, 51).
        ({40: 2, 50: 2}, 0.75, 50.5),
        # rank 0.9 × 10 = 9: 1 + 4 lie below 60, so 4 of the 5 in [60, 61).
        ({50: 4, 60: 5, 1: 1}, 0.9, 60.8),
        ({40: 2, 50: 2}, 1.0, 51.0),
        ({40: 2, 50: 2}, 0.0, 40.0),
        # The order of the mapping and empty bins do not matter: rank 1 of 2.
        ({7: 1, 5: 0, 3: 1}, 0.5, 4.0),
    ],
)
def test_quantile_is_linear_in_the_bin(bins: dict[int, int], q: float, expected: float) -> None:
    figure = QuantileOf("h", q, 1.0).figure({"h": bins}, SPAN)
    assert figure.value == pytest.approx(expected)
    assert (figure.numerator, figure.denominator) == (None, sum(bins.values()))


def test_quantile_in_half_days() -> None:
    # 8 dossiers in [2 d, 2.5 d), 2 in [5 d, 5.5 d); rank 9: half of the latter: 5.25 days.
    assert value_of(QuantileOf("h", 0.9, 0.5), {"h": {4: 8, 10: 2}}) == pytest.approx(5.25)


def test_a_quantile_of_nothing_has_no_data() -> None:
    assert QuantileOf("h", 0.9, 1.0).figure({}, SPAN) == NO_DATA
    assert QuantileOf("h", 0.9, 1.0).figure({"h": {3: 0}}, SPAN) == NO_DATA


@given(values=st.lists(st.integers(0, 250), min_size=1, max_size=60), q=st.floats(0.01, 1))
def test_a_quantile_lies_within_a_bin_of_the_value_at_its_rank(values: list[int], q: float) -> None:
    assume(all(abs(q * len(values) - n) > 1e-6 for n in range(len(values) + 1)))
    bins = {value: values.count(value) for value in values}
    exact = sorted(values)[int(q * len(values))]  # the value of rank ceil(q n)
    assert exact <= value_of(QuantileOf("h", q, 1.0), {"h": bins}) <= exact + 1


def test_distinct() -> None:
    assert DistinctOf("s").figure({"s": frozenset({"a", "b"})}, SPAN) == Figure(2, 2)
    assert DistinctOf("s").figure({}, SPAN) == Figure(0, 0)


def history(now: int, *earlier: int) -> Parts:
    """This hour's count, then those of the same hour 1, 2, … days before."""
    hours = {HOUR - 24 * day: count for day, count in enumerate((now, *earlier))}
    return {"hours": hours}


def spike(parts: Parts) -> Figure:
    return SPIKE.figure(parts, Span(HOUR * 3600 + 1800, HOUR * 3600 + 1800))


def test_spike_by_hand() -> None:
    # Earlier: 2 4 4 6 9, median 4; deviations 2 0 0 2 5, MAD 2; (14 - 4) / (1.4826 × 2) = 3.3725.
    figure = spike(history(14, 4, 9, 2, 6, 4))
    assert figure.value == pytest.approx(10 / 2.9652)
    assert (figure.numerator, figure.denominator) == (14, 4)


def test_a_spike_has_a_floor_of_one_event() -> None:
    # Earlier all 3: MAD 0, the floor 1 divides: (9 - 3) / 1 = 6.
    assert spike(history(9, 3, 3, 3, 3, 3)) == Figure(6.0, 9, 3)


def test_an_even_number_of_days_has_the_mean_of_the_middle_two() -> None:
    # 1 2 4 5 9 9: median 4.5; deviations .5 .5 2.5 3.5 4.5 4.5: MAD 3; (12 - 4.5) / 4.4478.
    figure = spike(history(12, 1, 2, 4, 5, 9, 9))
    assert figure.value == pytest.approx(7.5 / 4.4478)


def test_a_handful_is_no_spike_but_may_be_a_lull() -> None:
    assert spike(history(4, 0, 0, 0, 0, 0)) == Figure(0.0, 4, 0)
    assert spike(history(5, 0, 0, 0, 0, 0)) == Figure(5.0, 5, 0)
    # Earlier all 10: (4 - 10) / 1 = -6 stays.
    assert spike(history(4, 10, 10, 10, 10, 10)) == Figure(-6.0, 4, 10)


def test_no_spike_before_five_days_are_known() -> None:
    assert spike(history(50, 1, 1, 1, 1)) == NO_DATA
    assert spike({}) == NO_DATA


def test_days_without_articles_count_as_zero_once_the_history_reaches_back() -> None:
    # Known since 6 days ago: 0 0 0 0 0 and 8, median 0, MAD 0: z = 7.
    assert spike({"hours": {HOUR: 7, HOUR - 6 * 24: 8}}) == Figure(7.0, 7, 0)


def test_only_fourteen_days_count() -> None:
    assert spike(history(9, *[3] * 14, *[1000] * 5)) == Figure(6.0, 9, 3)


def test_only_the_same_clock_hour_counts() -> None:
    parts = history(9, 3, 3, 3, 3, 3)
    hours = parts["hours"]
    assert isinstance(hours, dict)
    noisy: Parts = {"hours": hours | {HOUR - 1: 99, HOUR + 1: 99, HOUR - 25: 99}}
    assert spike(noisy) == Figure(6.0, 9, 3)


@given(counts=st.lists(st.integers(0, 40), min_size=6, max_size=15))
def test_spike_equals_its_definition(counts: list[int]) -> None:
    now, *earlier = counts
    ordered = sorted(earlier)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else sum(ordered[middle - 1 : middle + 1]) / 2
    mad = statistics.median(sorted(abs(n - median) for n in earlier))
    z = (now - median) / (1.4826 * mad if 1.4826 * mad > 1 else 1)
    expected = z if now >= 5 or z < 0 else 0.0
    assert spike(history(now, *earlier)).value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("formula", "part"),
    [
        (CountOf("p"), {1: 1}),
        (GaugeOf("p"), frozenset("a")),
        (QuantileOf("p", 0.5, 1.0), 3),
        (DistinctOf("p"), 3),
        (SPIKE, 3),
    ],
)
def test_a_part_of_the_wrong_shape_is_not_read(formula: Formula, part: Part) -> None:
    with pytest.raises(TypeError):
        formula.figure({"p": part, "hours": part}, SPAN)
