"""Checks that answers have the columns and rows that Grafana needs, by kind of panel."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dashboards.checks.asked import Asked
from dashboards.checks.board import Panel
from dashboards.checks.engine import Answer, is_number, is_text, is_time

ROWS = {"timeseries": 50_000, "state-timeline": 20_000, "heatmap": 50_000, "table": 1_000}
OTHER_ROWS = 1_000
"""Limit for the rows of a panel. More rows are a mistake and slow the browser down."""


def problems(asked: Asked, answer: Answer) -> Iterator[str]:
    """The problems of an answer. One without columns, such as SHOW without rows, has none."""
    if not answer.names:
        return
    for index in answer.columns(lambda type_: not _is_shown(type_, asked)):
        yield f"column {answer.names[index]} is {answer.types[index]}, which Grafana does not show"
    most = ROWS.get(asked.kind, OTHER_ROWS)
    if len(answer.rows) > most:
        yield f"it gives {len(answer.rows)} rows, more than the {most} that it may"
    if len(set(answer.names)) < len(answer.names):
        yield "two of its columns have the same name"
    if asked.kind in KINDS:
        yield from KINDS[asked.kind](asked, answer)
    if asked.is_time_series:
        yield from _time_series(asked, answer)


def _is_shown(type_: str, asked: Asked) -> bool:
    """Whether Grafana shows the type. It shows Bool in tables only, and not in time series."""
    if type_ == "Bool":
        return asked.kind == "table" and not asked.is_time_series
    return is_time(type_) or is_number(type_) or is_text(type_)


def zeros(asked: Asked, answer: Answer) -> Iterator[str]:
    """Zeros that a panel of figures shows over empty tables instead of no data."""
    if asked.kind in ("stat", "bargauge"):
        for index in answer.columns(is_number):
            if any(row[index] == 0 for row in answer.rows):
                yield f"column {answer.names[index]} is 0 where there is no data"


def _time_series(_: Asked, answer: Answer) -> Iterator[str]:
    """The first time column is the time, texts are labels. Rows ascend by time; none repeats."""
    times = answer.columns(is_time)
    if not times:
        yield "a time series needs a column of a Date or DateTime type"
        return
    if not answer.columns(is_number):
        yield "a time series needs a column of numbers"
    at, labels = times[0], answer.columns(is_text)
    moments = [row[at] for row in answer.rows]
    if None in moments:
        yield f"column {answer.names[at]}, its time, is NULL in a row"
        return
    if moments != sorted(moments):
        yield f"its rows are not in the order of {answer.names[at]}"
    keys = Counter((row[at], *(row[index] for index in labels)) for row in answer.rows)
    if keys and max(keys.values()) > 1:
        yield "two rows have the same time and labels: one would hide the other"


def _moments(asked: Asked, answer: Answer) -> Iterator[str]:
    if not answer.columns(is_time):
        yield f"a {asked.kind} needs a column of a Date or DateTime type"
    elif not asked.is_time_series:
        at = answer.columns(is_time)[0]
        moments = [row[at] for row in answer.rows]
        if None in moments or moments != sorted(moments):
            yield f"its rows are not in the order of {answer.names[at]}, or lack it"


def _figures(asked: Asked, answer: Answer) -> Iterator[str]:
    """Needs a number, unless the panel names the fields that it shows."""
    options = (asked.panel.raw.get("options") or {}) if asked.panel else {}
    names_fields = bool((options.get("reduceOptions") or {}).get("fields"))
    if not answer.columns(is_number) and not names_fields:
        yield f"a {asked.kind} needs a column of numbers"


def _bars(_: Asked, answer: Answer) -> Iterator[str]:
    if not answer.columns(is_number):
        yield "a barchart needs a column of numbers"
    if not answer.columns(lambda type_: is_text(type_) or is_time(type_)):
        yield "a barchart needs a column that names its bars"


def _map(asked: Asked, answer: Answer) -> Iterator[str]:
    for name, limit in _coordinates(asked.panel):
        if name not in answer.names:
            yield f"its layer takes {name!r}, which is none of its columns"
            continue
        index = answer.names.index(name)
        if index not in answer.columns(is_number):
            yield f"column {name} is {answer.types[index]}, not a number of degrees"
        elif not all(_is_degree(row[index], limit) for row in answer.rows):
            yield f"column {name} has values that are no degrees"


def _coordinates(panel: Panel | None) -> Iterator[tuple[str, float]]:
    layers = (panel.raw.get("options") or {}).get("layers", ()) if panel else ()
    for layer in layers:
        location = layer.get("location") or {}
        if location.get("mode") == "coords":
            yield str(location.get("latitude")), 90.0
            yield str(location.get("longitude")), 180.0


def _is_degree(value: Any, limit: float) -> bool:
    return value is not None and math.isfinite(value) and abs(value) <= limit


def _variable(_: Asked, answer: Answer) -> Iterator[str]:
    if len(answer.names) not in (1, 2):
        yield "a variable needs one column, or value and text"
    values = [row[0] for row in answer.rows]
    if None in values or len(set(values)) < len(values):
        yield "a value stands twice among its options, or is NULL"
    if any("\\" in str(value) for value in values):
        yield "a value has a backslash, which Grafana does not escape"


def _annotation(_: Asked, answer: Answer) -> Iterator[str]:
    by_name = dict(zip(answer.names, answer.types, strict=True))
    if not is_time(by_name.get("time", "")):
        yield "an annotation needs a column time of a DateTime type"
    if "text" not in by_name:
        yield "an annotation needs a column text"


def _alert(_: Asked, answer: Answer) -> Iterator[str]:
    """Needs exactly one number, and texts that tell the rows apart."""
    if len(answer.columns(is_number)) != 1:
        yield f"an alert needs one column of numbers, and has {len(answer.columns(is_number))}"
    labels = answer.columns(is_text)
    keys = Counter(tuple(row[index] for index in labels) for row in answer.rows)
    if not answer.columns(is_time) and keys and max(keys.values()) > 1:
        yield "two of its rows have the same labels: Grafana refuses them"


KINDS: dict[str, Callable[[Asked, Answer], Iterator[str]]] = {
    "stat": _figures,
    "bargauge": _figures,
    "barchart": _bars,
    "geomap": _map,
    "heatmap": _moments,
    "state-timeline": _moments,
    "timeseries": _moments,
    "variable": _variable,
    "annotation": _annotation,
    "alert": _alert,
}


def same(left: Sequence[Sequence[Any]], right: Sequence[Sequence[Any]]) -> bool:
    """Whether two answers are equal; sums of fractions may differ in their last digits."""
    return len(left) == len(right) and all(
        len(a) == len(b) and all(map(_same_value, a, b)) for a, b in zip(left, right, strict=True)
    )


def _same_value(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(a) and math.isnan(b))
    return bool(a == b)
