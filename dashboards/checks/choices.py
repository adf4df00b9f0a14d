"""The choices of a dashboard's variables; the proof tries every kind of choice once."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboards.checks.board import Dashboard, Json, variable_sql
from dashboards.checks.engine import Ask
from dashboards.grafana.queries import final_sql
from dashboards.grafana.times import TimeRange
from dashboards.grafana.variables import ALL, Selection

Selections = Mapping[str, Selection]
QUOTES = 'O\'Brien "x" --'
"""Breaks a statement that does not escape quotes. No format of Grafana escapes backslashes."""
VIETNAMESE = "Đà Bắc; Kỳ Sơn"
LEAST, PART = 2, 4
"""A statement by itself tries a quarter of the options of a single-valued variable, but at least
two; its neighbours on the dashboard try the others."""


@dataclass(frozen=True)
class Choice:
    """A choice of one variable; the others have the values with which the dashboard opens."""

    text: str
    selections: Selections
    position: int = 0
    """That of the option, where the variable has one value."""
    parts: int = 1
    """Statements by themselves that try all its options between them."""


def opening(board: Dashboard, ask: Ask, period: TimeRange) -> dict[str, Selection]:
    """The values with which the dashboard opens. Raises RefusedError or MacroError."""
    chosen: dict[str, Selection] = {}
    for variable in board.variables:
        name = str(variable.get("name"))
        options = _options(variable, chosen, ask, period)
        values = tuple(value for value, _ in options)
        current = _current(variable)
        texts = dict(options)
        kept = [value for value in current if value in values or value == ALL]
        first = kept or ([ALL] if variable.get("includeAll") else list(values[:1]))
        chosen[name] = Selection(
            name,
            tuple(first),
            values,
            tuple(texts.get(value, value) for value in first),
            variable.get("allValue") or None,
            bool(variable.get("multi")),
        )
    return chosen


def choices(board: Dashboard, chosen: Selections, names: frozenset[str]) -> Iterator[Choice]:
    """The choices to try for a statement that uses these variables, the opening one first."""
    yield Choice("as it opens", chosen)
    for variable in board.variables:
        name = str(variable.get("name"))
        if name in names:
            now = chosen[name]
            single = () if variable.get("multi") else now.options
            parts = math.ceil(len(single) / max(LEAST, math.ceil(len(single) / PART))) or 1
            for position, (text, values) in enumerate(_alternatives(variable, now.options)):
                selection = Selection(
                    name, tuple(values), now.options, (), now.all_value, now.multi
                )
                is_option = position < len(single)
                yield Choice(
                    f"{name}: {text}",
                    {**chosen, name: selection},
                    *((position, parts) if is_option else ()),
                )


def _alternatives(variable: Json, options: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    yield from ((value, (value,)) for value in options[: 1 if variable.get("multi") else None])
    if variable.get("includeAll"):
        yield "All", (ALL,)
    if variable.get("multi"):
        yield "none", ()
        yield "several, with quotes and in Vietnamese", (*options[:2], QUOTES, VIETNAMESE)
    elif variable.get("type") in ("query", "textbox"):
        yield "quotes", (QUOTES,)
        yield "Vietnamese", (VIETNAMESE,)


def _current(variable: Json) -> list[str]:
    value = (variable.get("current") or {}).get("value")
    if value is None or value == "":
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _options(
    variable: Json, chosen: Selections, ask: Ask, period: TimeRange
) -> list[tuple[str, str]]:
    """Pairs of value and text of all options."""
    if variable.get("type") == "query":
        rows = ask(final_sql(variable_sql(variable), chosen, period, 60)).rows
        return [(str(row[0]), str(row[-1])) for row in rows]
    if variable.get("type") == "custom":
        held = [one for one in variable.get("options", ()) if one.get("value") != ALL]
        return [(str(one["value"]), str(one.get("text", one["value"]))) for one in held]
    return [(value, value) for value in _current(variable)] or [("", "")]
