"""How values look: unit, decimals, colours, words. Contracts decide the look of indicators."""

import math
from dataclasses import dataclass, replace

from grafana_foundation_sdk.models.dashboard import Threshold, ValueMapping

from contracts.indicators.indicator import UNIT_WORDS, Better, Indicator, Measurement
from dashboards.boards.palette import (
    BAD,
    BRIGHT,
    DIMMED,
    GOOD,
    NO_DATA,
    NO_VALUE,
    NOT_APPLICABLE,
    PLAIN,
    STATES,
    UNKNOWN,
    WARN,
    beginning,
)

Steps = tuple[tuple[float | None, str], ...]
"""Pairs of a value and the colour from that value on; None is the lowest step."""

_BARE = {
    Measurement.COUNT: "locale",
    Measurement.SHARE: "percentunit",
    Measurement.PER_HOUR: "suffix: /giờ",
    Measurement.SCORE: "none",
    Measurement.CHANGE: "percentunit",
}
UNITS = {each: _BARE.get(each) or f"suffix: {UNIT_WORDS[each]}" for each in Measurement}
"""Grafana's units. Its own units of time would show English words, such as weeks."""


@dataclass(frozen=True)
class Look:
    """How a value is shown; ``coloured`` if its steps tell good from bad."""

    unit: str = "none"
    decimals: int | None = None
    steps: Steps = ((None, PLAIN),)
    mappings: tuple[ValueMapping, ...] = (NO_VALUE,)
    low: float | None = None
    high: float | None = None
    coloured: bool = False
    toned: bool = False
    """Whether the text itself has the colour."""

    @property
    def thresholds(self) -> list[Threshold]:
        """The steps as Grafana's thresholds."""
        return [Threshold(value=value, color=colour) for value, colour in self.steps]


def steps(indicator: Indicator) -> Steps:
    """The steps of an indicator's threshold.

    If lower is better, the value ``good`` itself is still good, and ``warn`` itself a warning. A
    step of Grafana begins at its value, so these steps begin at the next greater number.
    """
    if indicator.threshold is None or indicator.better is Better.NEITHER:
        return ((None, PLAIN),)
    good, warn = indicator.threshold.good, indicator.threshold.warn
    if indicator.better is Better.HIGHER:
        return ((None, BAD), (warn, WARN), (good, GOOD))
    above_good, above_warn = math.nextafter(good, math.inf), math.nextafter(warn, math.inf)
    return ((None, GOOD), (above_good, WARN), (above_warn, BAD))


def indicator_look(indicator: Indicator) -> Look:
    """How an indicator's value is shown."""
    found = steps(indicator)
    is_share = indicator.measurement is Measurement.SHARE
    return Look(
        unit=UNITS[indicator.measurement],
        decimals=indicator.decimals,
        steps=found,
        low=0 if is_share else None,
        high=1 if is_share else None,
        coloured=len(found) > 1,
    )


def change_look(indicator: Indicator) -> Look:
    """How a difference between two values of an indicator is shown."""
    look = indicator_look(indicator)
    return replace(look, steps=((None, PLAIN),), low=None, high=None, coloured=False)


def dashed(look: Look) -> Look:
    """The same look for a column that may not apply: a missing value is shown as a dash."""
    return replace(look, mappings=(NOT_APPLICABLE, *look.mappings[1:]))


TEXT = Look(unit="string")
COUNT = Look(unit="locale", decimals=0)
SHARE = Look(unit="percentunit", decimals=1, low=0, high=1)
ROOM = Look(
    unit="percentunit",
    decimals=1,
    steps=((None, BAD), (0.05, WARN), (0.1, GOOD)),
    low=0,
    high=1,
    coloured=True,
)
"""The free share of a disk."""
GIGABYTES = Look(unit="suffix: GB", decimals=1)
SECONDS = Look(unit="s", decimals=0)
MOMENT = Look(unit="time:DD/MM/YYYY HH:mm:ss")
STATE = Look(mappings=(NO_VALUE, STATES), steps=((None, UNKNOWN),), coloured=True, decimals=0)
DATED = Look(
    unit="string",
    mappings=(NO_VALUE, *beginning({"T[2-7] ": DIMMED, "CN ": DIMMED, NO_DATA: DIMMED})),
    steps=((None, BRIGHT),),
    toned=True,
)
"""A figure as text. It is dimmed if a day stands before it: it is then not of the chosen period."""
FRESHNESS = Look(
    unit="string",
    mappings=(NO_VALUE, *beginning({"Mới": GOOD, "Cũ": BAD, NO_DATA: UNKNOWN})),
    steps=((None, UNKNOWN),),
    coloured=True,
)
STANDING = Look(
    unit="string",
    mappings=(
        NO_VALUE,
        *beginning(
            {
                r".*\(cũ\)": UNKNOWN,
                "–": "transparent",
                "Xấu": BAD,
                "Cảnh báo": WARN,
                "Tốt": GOOD,
                "Không": UNKNOWN,
            }
        ),
    ),
    steps=((None, UNKNOWN),),
    coloured=True,
)
