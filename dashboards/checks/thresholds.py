"""Colours begin where the contract says, and nowhere else."""

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from contracts.feed import Feed
from contracts.indicators import Better, Indicator
from dashboards.checks.board import Dashboard, Panel
from dashboards.checks.problem import Problem

_ID = re.compile(r"'([a-z]+\.[a-z0-9_]+)'")


def dashboard(board: Dashboard, feeds: Sequence[Feed]) -> Iterator[Problem]:
    """Panels that show one indicator of the contract, and ids that the contract does not know."""
    known = {feed.indicator_id(one): one for feed in feeds for one in feed.indicators}
    names = {feed.name for feed in feeds}
    for place, sql in board.statements():
        for id_ in dict.fromkeys(_ID.findall(sql)):
            if id_.partition(".")[0] in names and id_ not in known:
                yield Problem(board.uid, place, f"there is no indicator {id_!r}")
    for panel in board.panels:
        shown = _indicators(panel, known)
        if len(shown) == 1 and (sentence := _steps(panel, known[shown[0]])):
            yield Problem(board.uid, panel.place, f"{sentence} ({shown[0]})")


def _indicators(panel: Panel, known: dict[str, Indicator]) -> list[str]:
    found = (id_ for sql in panel.statements for id_ in _ID.findall(sql))
    return [id_ for id_ in dict.fromkeys(found) if id_ in known]


def _steps(panel: Panel, indicator: Indicator) -> str | None:
    """What is wrong with a panel's steps, of all its fields or of one."""
    found = [_values(panel.defaults.get("thresholds"))]
    found += [_values(value) for name, value in panel.overrides if name == "thresholds"]
    coloured = [values for values in found if values]
    if indicator.threshold is None or indicator.better is Better.NEITHER:
        return "its colours have steps, the contract has none" if coloured else None
    wanted = sorted((indicator.threshold.good, indicator.threshold.warn))
    wrong = [values for values in coloured if not _same(values, wanted)]
    if wrong:
        return f"its colours change at {_text(wrong[0])}, by the contract at {_text(wanted)}"
    return None


def _values(thresholds: Any) -> list[float]:
    """Where colours change; the first step, which has no value, is the colour below."""
    steps = (thresholds or {}).get("steps") or ()
    return [float(step["value"]) for step in steps if step.get("value") is not None]


def _same(values: list[float], wanted: list[float]) -> bool:
    """A step may begin right above the value, where that itself still belongs below."""
    return len(values) == len(wanted) and all(
        math.isclose(a, b, rel_tol=1e-9) for a, b in zip(sorted(values), wanted, strict=True)
    )


def _text(values: Sequence[float]) -> str:
    return " and ".join(f"{value:g}" for value in values)
