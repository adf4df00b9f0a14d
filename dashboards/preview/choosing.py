"""The options of variables, and the choice among them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.grafana.variables import ALL, Selection
from dashboards.preview.frames import Table
from dashboards.preview.model import Variable

ALL_WORD = "Tất cả"
_PAIR = re.compile(r"^(.*?)\s+:\s+(.*)$", re.S)


@dataclass(frozen=True)
class Option:
    """An option of a variable: its value and the text to show."""

    value: str
    text: str


def listed_options(variable: Variable) -> tuple[Option, ...]:
    """The options of a variable without a query: ``text : value`` or values, comma-separated."""
    parts = [part.strip().replace("\\,", ",") for part in re.split(r"(?<!\\),", variable.query)]
    return tuple(map(_option, filter(None, parts)))


def _option(part: str) -> Option:
    pair = _PAIR.match(part)
    return Option(pair[2].strip(), pair[1].strip()) if pair else Option(part, part)


def queried_options(table: Table) -> tuple[Option, ...]:
    """The options from a query: two columns are value and text, a single one is both."""
    if not table.columns:
        return ()
    values = [str(value) for value in table.columns[0]]
    texts = [str(text) for text in table.columns[1]] if len(table.columns) > 1 else values
    return tuple(dict.fromkeys(map(Option, values, texts)))


def select(
    variable: Variable, options: Sequence[Option], wanted: tuple[str, ...] | None
) -> Selection:
    """The wanted choice, else the dashboard's own, else All or the first option.

    Ignores values that are not options, so that an address can't insert SQL of its own.
    """
    values = tuple(option.value for option in options)
    texts = {option.value: option.text for option in options} | {ALL: ALL_WORD}
    chosen = _chosen(variable, values, wanted or ())
    return Selection(
        name=variable.name,
        values=chosen,
        options=values,
        texts=tuple(texts.get(value, value) for value in chosen),
        all_value=variable.all_value,
        multi=variable.multi,
    )


def _chosen(
    variable: Variable, values: tuple[str, ...], wanted: tuple[str, ...]
) -> tuple[str, ...]:
    if variable.kind == "textbox":
        return wanted or variable.current or (variable.query,)
    own = _valid(variable, values, wanted) or _valid(variable, values, variable.current)
    return own or ((ALL,) if variable.include_all else values[:1])


def _valid(variable: Variable, values: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    if variable.include_all and any(one in (ALL, "All") for one in wanted):
        return (ALL,)
    known = tuple(one for one in wanted if one in values)
    return known if variable.multi else known[:1]


def picked(before: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """The choice after a click in a list of several: All and single options exclude each other."""
    if ALL in now and ALL not in before:
        return (ALL,)
    return tuple(one for one in now if one != ALL)
