"""Checks that colours change at the thresholds of the contract, and nowhere else."""

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from contracts.feed import Feed
from contracts.indicators.indicator import Better, Indicator
from dashboards.checks.board import Dashboard, Panel
from dashboards.checks.problem import Problem

_ID = re.compile(r"'([a-z]+\.[a-z0-9_]+)'")
_COLUMN = re.compile(r"""'([a-z]+\.[a-z0-9_]+)'\)? AS "([^"]+)\"""")
"""The end of an expression over one indicator, and the name of its column."""


def dashboard(board: Dashboard, feeds: Sequence[Feed]) -> Iterator[Problem]:
    """The problems of panels that show indicators, and ids that no contract knows."""
    known = {feed.indicator_id(one): one for feed in feeds for one in feed.indicators}
    names = {feed.name for feed in feeds}
    for place, sql in board.statements():
        for id_ in dict.fromkeys(_ID.findall(sql)):
            if id_.partition(".")[0] in names and id_ not in known:
                yield Problem(board.uid, place, f"there is no indicator {id_!r}")
    for panel in board.panels:
        for sentence in _panel(panel, known):
            yield Problem(board.uid, panel.place, sentence)


def _panel(panel: Panel, known: dict[str, Indicator]) -> Iterator[str]:
    """Checks a panel of one indicator as a whole, and a panel of several column by column."""
    found = (id_ for sql in panel.statements for id_ in _ID.findall(sql))
    shown = [id_ for id_ in dict.fromkeys(found) if id_ in known]
    if len(shown) == 1:
        steps = [panel.defaults.get("thresholds")]
        steps += [value for name, value in panel.overrides if name == "thresholds"]
        yield from _steps(shown[0], known[shown[0]], steps)
        return
    columns = {title: id_ for sql in panel.statements for id_, title in _COLUMN.findall(sql)}
    for title, steps in _of_columns(panel):
        if columns.get(title) in known:
            yield from _steps(columns[title], known[columns[title]], steps)


def _of_columns(panel: Panel) -> Iterator[tuple[str, list[Any]]]:
    """Pairs of a column and its steps, from the options of single columns."""
    for override in panel.raw.get("fieldConfig", {}).get("overrides", ()):
        matcher = override.get("matcher", {})
        values = [one["value"] for one in override["properties"] if one["id"] == "thresholds"]
        if matcher.get("id") == "byName" and values:
            yield str(matcher.get("options")), values


def _steps(id_: str, indicator: Indicator, thresholds: Sequence[Any]) -> Iterator[str]:
    coloured = [values for values in map(_values, thresholds) if values]
    if indicator.threshold is None or indicator.better is Better.NEITHER:
        if coloured:
            yield f"its colours have steps, the contract has none ({id_})"
        return
    wanted = sorted((indicator.threshold.good, indicator.threshold.warn))
    wrong = [values for values in coloured if not _same(values, wanted)]
    if wrong:
        yield (
            f"its colours change at {_text(wrong[0])}, by the contract at {_text(wanted)} ({id_})"
        )


def _values(thresholds: Any) -> list[float]:
    """The values at which colours change. The first step has no value: it is the colour below."""
    steps = (thresholds or {}).get("steps") or ()
    return [float(step["value"]) for step in steps if step.get("value") is not None]


def _same(values: list[float], wanted: list[float]) -> bool:
    """Whether they are equal; a step may begin right above a value that still belongs below."""
    return len(values) == len(wanted) and all(
        math.isclose(a, b, rel_tol=1e-9) for a, b in zip(sorted(values), wanted, strict=True)
    )


def _text(values: Sequence[float]) -> str:
    return " and ".join(f"{value:g}" for value in values)
