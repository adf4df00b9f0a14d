"""House rules of variables."""

from collections.abc import Iterator

from contracts.indicators.indicator import HORIZONS_S
from dashboards.checks.board import Dashboard, Json, variable_place, variable_sql
from dashboards.checks.house import is_vietnamese_title
from dashboards.checks.problem import Problem
from dashboards.checks.structure import SOURCE_UID

TYPES = frozenset({"query", "custom", "textbox", "constant", "datasource"})
HORIZON_TEXTS = {300: "5 phút", 3_600: "1 giờ", 86_400: "24 giờ"}
"""The contract's horizons, in words."""
ON_LOAD = 1
"""Grafana's ``refresh`` of a variable whose options are queried when the dashboard opens."""


def dashboard(board: Dashboard) -> Iterator[Problem]:
    """The problems of every variable of the dashboard."""
    names = [variable.get("name") for variable in board.variables]
    if ("source", "datasource") not in (
        (one.get("name"), one.get("type")) for one in board.variables
    ):
        yield Problem(board.uid, "", "no variable source of the type datasource, which panels name")
    for variable in board.variables:
        for sentence in (*_variable(variable), *_named(variable)):
            yield Problem(board.uid, variable_place(variable), sentence)
        if names.count(variable.get("name")) > 1:
            yield Problem(board.uid, variable_place(variable), "its name stands twice")


def _variable(variable: Json) -> Iterator[str]:
    kind = variable.get("type")
    if kind not in TYPES:
        yield f"its type {kind!r} is not in use here"
    if not is_vietnamese_title(str(variable.get("label") or "")):
        yield "it has no label in Vietnamese"
    if variable.get("allValue"):
        yield "its custom all value would go into SQL unquoted: leave All to its options"
    if kind == "query":
        if variable.get("datasource", {}).get("uid") != SOURCE_UID:
            yield f"its data source is not {SOURCE_UID}"
        if not variable_sql(variable).strip():
            yield "it has no query"
        if variable.get("refresh") != ON_LOAD:
            yield "its options are not asked for when the dashboard is opened: set refresh 1"


def _named(variable: Json) -> Iterator[str]:
    if variable.get("name") == "district":
        if not (variable.get("multi") and variable.get("includeAll")):
            yield "district must take several values, and All"
        if variable.get("type") != "query":
            yield "district must be a query: units are data"
    if variable.get("name") == "horizon":
        wanted = {str(seconds): HORIZON_TEXTS[seconds] for seconds in HORIZONS_S}
        held = {str(one.get("value")): one.get("text") for one in variable.get("options", ())}
        if variable.get("type") != "custom" or variable.get("multi") or held != wanted:
            yield "horizon must be one of 300, 3600 and 86400: 5 phút, 1 giờ, 24 giờ"
