"""Figures in the Vietnamese texts of alerts. Parts that depend on the alert are Go templates."""

from contracts.indicators.indicator import UNIT_WORDS, Indicator, Measurement
from contracts.time.hours import SUNDAY, Hours

PERCENT = (Measurement.SHARE, Measurement.CHANGE)
NO_DATA = "không có dữ liệu"
WEEK = 7
HOUR_S, MINUTE_S = 3_600, 60
UNITS = {Measurement.PER_HOUR: " lượt/giờ"} | {
    each: f" {word}" for each, word in UNIT_WORDS.items()
}


def _value(template: str) -> str:
    """The reduced value, or words for no data if the query returned no rows."""
    return f"{{{{ with .Values.B }}}}{template}{{{{ else }}}}{NO_DATA}{{{{ end }}}}"


UNIT = "{{ with .Labels.district }}{{ . }}{{ end }}"
SHARE = _value("{{ humanizePercentage .Value }}")
COUNT = _value('{{ printf "%.0f" .Value }}')
DURATION = _value("{{ humanizeDuration .Value }}")
"""The alert's unit; its value from a share (0-1), a whole number, a length of time (s)."""


def figure(indicator: Indicator) -> str:
    """The alert's value in the form of that indicator, with its unit of measure."""
    if indicator.measurement in PERCENT:
        return SHARE
    number = f'{{{{ printf "%.{indicator.decimals}f" .Value }}}}'
    return _value(number + UNITS.get(indicator.measurement, ""))


def limit(indicator: Indicator, value: float) -> str:
    """A limit of an indicator, with its unit of measure."""
    if indicator.measurement in PERCENT:
        return percent(value)
    return _decimal(value) + UNITS.get(indicator.measurement, "")


def percent(value: float) -> str:
    """A share (0-1) in percent."""
    return f"{_decimal(100 * value)} %"


def span(seconds: int) -> str:
    """A length of time in the largest unit that gives a whole number."""
    for size, name in ((HOUR_S, "giờ"), (MINUTE_S, "phút")):
        if seconds % size == 0:
            return f"{seconds // size} {name}"
    return f"{seconds} giây"


def hours(hours: Hours) -> str:
    """The hours and days in which a feed is expected to report."""
    names = ["Chủ nhật" if day == SUNDAY else f"thứ {day + 1}" for day in hours.weekdays]
    days = "hằng ngày" if len(set(hours.weekdays)) == WEEK else ", ".join(names)
    return f"{hours.opens:%H:%M}–{hours.closes:%H:%M}, {days}"


def _decimal(value: float) -> str:
    return f"{value:g}".replace(".", ",")
