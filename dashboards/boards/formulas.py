"""Formulas of contracts as SQL over merged panes."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.indicators.formulas import CountOf, DistinctOf, Formula, QuantileOf, RateOf, RatioOf
from dashboards.boards.statements import sql, text


@dataclass(frozen=True)
class Translation:
    """A formula in SQL: ``parts`` are aggregates over panes by alias, which ``value`` uses."""

    parts: Mapping[str, str]
    value: str


def translate(formula: Formula, hours: str) -> Translation | None:
    """The formula over panes that span ``hours`` (SQL); None if panes are not enough for it."""
    match formula:
        case CountOf(part, scale):
            return Translation(_count(part), _scaled(_alias(part), scale))
        case RateOf(part):
            return Translation(_count(part), f"{_alias(part)} / {hours}")
        case RatioOf(numerator, denominator, scale):
            above, below = _alias(numerator), _alias(denominator)
            value = f"if({below} > 0, {_scaled(above, scale)} / {below}, NULL)"
            return Translation(_count(numerator) | _count(denominator), value)
        case DistinctOf(part):
            union = f"length(groupUniqArrayArray(sets[{text(part)}]))"
            return Translation({f"set_{part}": union}, f"set_{part}")
        case QuantileOf(part, q, width):
            merged = {f"histogram_{part}": f"sumMap(histograms[{text(part)}])"}
            return Translation(merged, sql("quantile", bins=f"histogram_{part}", q=q, width=width))
    return None


def _scaled(sum_: str, scale: float) -> str:
    return sum_ if scale == 1 else f"{sum_} / {scale:.0f}"


def _alias(part: str) -> str:
    return f"count_{part}"


def _count(part: str) -> dict[str, str]:
    return {_alias(part): f"sum(counts[{text(part)}])"}
