"""Indicators: one declaration each, from which streams, tables and screens are derived."""

from dataclasses import dataclass
from enum import StrEnum

from contracts.indicators.formulas import Formula

HORIZONS_S = (300, 3_600, 86_400)
"""Seconds that rolling indicators look back: 5 minutes, 1 hour, 24 hours."""

INSTANT_S = 0
"""The horizon of a gauge, which describes an instant."""


class Measurement(StrEnum):
    """The unit of a value. A CHANGE is a share that may be below 0 or above 1."""

    COUNT = "count"
    SHARE = "share"
    PER_HOUR = "1/h"
    KMH = "km/h"
    HOURS = "h"
    DAYS = "d"
    SCORE = "score"
    CHANGE = "change"
    BILLION_VND = "tỷ đồng"
    MILLION_USD = "triệu USD"
    MINUTES = "min"
    MILLISECONDS = "ms"


UNIT_WORDS = {
    Measurement.KMH: "km/h",
    Measurement.HOURS: "giờ",
    Measurement.DAYS: "ngày",
    Measurement.BILLION_VND: "tỷ đồng",
    Measurement.MILLION_USD: "triệu USD",
    Measurement.MINUTES: "phút",
    Measurement.MILLISECONDS: "ms",
}
"""The words after a value. Screens and alerts choose their own for the other measurements."""


class Better(StrEnum):
    """Which way is better; NEITHER if neither is."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True)
class Threshold:
    """Good up to (or from) ``good``, a warning up to (or from) ``warn``, bad beyond."""

    good: float
    warn: float


@dataclass(frozen=True)
class Indicator:
    """An indicator of a feed. ``definition`` is Vietnamese, for the screens, with its source.

    ``district_limit`` is the count in one district above which an alert fires; None: never.
    """

    name: str
    title: str
    definition: str
    measurement: Measurement
    formula: Formula
    better: Better = Better.NEITHER
    threshold: Threshold | None = None
    decimals: int = 0
    is_gauge: bool = False
    district_limit: int | None = None

    @property
    def horizons_s(self) -> tuple[int, ...]:
        """Seconds that it looks back."""
        return (INSTANT_S,) if self.is_gauge else HORIZONS_S
