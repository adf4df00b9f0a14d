"""Indicator rows: how figures are published."""

from typing import NamedTuple

from contracts.indicators.formulas import Figure
from contracts.messages import IndicatorRow, iso


class Made(NamedTuple):
    """When rows were computed (ms since 1970), and up to which position they include the log."""

    at_ms: int
    upto: int


class Window(NamedTuple):
    """The fields that all figures of a window share; times as messages write them."""

    horizon_s: int
    end: str
    as_of: str
    computed_at: str
    upto: int


def window_of(horizon_s: int, end_ms: int, as_of_ms: int, made: Made) -> Window:
    """The window that ends at ``end_ms``, with figures as of ``as_of_ms`` (ms since 1970)."""
    return Window(horizon_s, iso(end_ms), iso(as_of_ms), iso(made.at_ms), made.upto)


def indicator_row(indicator_id: str, unit: str, window: Window, figure: Figure) -> IndicatorRow:
    """The row of one figure of a unit."""
    return {
        "indicator": indicator_id,
        "district": unit,
        "horizon_s": window.horizon_s,
        "window_end": window.end,
        "as_of": window.as_of,
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "computed_at": window.computed_at,
        "version": window.upto,
    }
