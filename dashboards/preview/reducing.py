"""Grafana's calculations, which reduce the values of a field to one figure."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from statistics import fmean, median
from typing import Any

Calculation = Callable[[Sequence[Any]], Any]


def _present(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _numbers(values: Sequence[Any]) -> list[float]:
    return [value for value in values if isinstance(value, int | float)]


def _of_numbers(calculate: Callable[[list[float]], float]) -> Calculation:
    def apply(values: Sequence[Any]) -> Any:
        numbers = _numbers(values)
        return calculate(numbers) if numbers else None

    return apply


CALCULATIONS: Mapping[str, Calculation] = {
    "lastNotNull": lambda values: next(iter(_present(values)[::-1]), None),
    "firstNotNull": lambda values: next(iter(_present(values)), None),
    "last": lambda values: values[-1] if values else None,
    "first": lambda values: values[0] if values else None,
    "mean": _of_numbers(fmean),
    "median": _of_numbers(median),
    "max": _of_numbers(max),
    "min": _of_numbers(min),
    "sum": _of_numbers(sum),
    "range": _of_numbers(lambda numbers: max(numbers) - min(numbers)),
    "diff": _of_numbers(lambda numbers: numbers[-1] - numbers[0]),
    "delta": _of_numbers(lambda numbers: sum(max(0.0, b - a) for a, b in pairwise(numbers))),
    "count": len,
    "distinctCount": lambda values: len(set(_present(values))),
}
NAMES = {
    "lastNotNull": "cuối",
    "last": "cuối",
    "first": "đầu",
    "firstNotNull": "đầu",
    "mean": "trung bình",
    "median": "trung vị",
    "max": "cao nhất",
    "min": "thấp nhất",
    "sum": "tổng",
    "count": "số giá trị",
}
"""Their names in legends."""


def reduce(values: Sequence[Any], calculation: str) -> Any:
    """One figure; None if there are no values. An unknown calculation returns the last value."""
    return CALCULATIONS.get(calculation, CALCULATIONS["lastNotNull"])(values)
