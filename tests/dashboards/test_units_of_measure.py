"""Every unit of measure has its words on screens and in alerts."""

from contracts.indicators.indicator import Measurement
from dashboards.alerts import wording
from dashboards.boards import comparison, look

BARE = {Measurement.COUNT, Measurement.SCORE}
"""Numbers that an alert writes without a unit; shares are percentages."""


def test_screens_have_a_unit_for_each() -> None:
    assert set(look.UNITS) == set(comparison.COUNTED_IN) == set(Measurement)


def test_alerts_have_one_for_each_that_is_no_bare_number_or_percentage() -> None:
    assert set(wording.UNITS) == set(Measurement) - BARE - set(wording.PERCENT)
