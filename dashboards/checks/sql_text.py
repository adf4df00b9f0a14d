"""Rules that the text of SQL must keep: variables, macros, named columns, order."""

import re
from collections.abc import Collection, Iterator

from dashboards.checks.board import Dashboard, Json
from dashboards.checks.problem import Problem
from dashboards.grafana.browser import BROWSER_ONLY
from dashboards.grafana.formats import KNOWN
from dashboards.grafana.lexing import without_comments
from dashboards.grafana.macros import MACROS
from dashboards.grafana.variables import Reference, references

BUILT_IN = frozenset({"__from", "__to", "__interval", "__interval_ms"})
_EVERYTHING = re.compile(r"\bSELECT\s+(?:DISTINCT\s+)?(?:\w+\.)?\*", re.I)
_DATABASE = re.compile(r"\b(?:FROM|JOIN)\s+`?(\w+)`?\s*\.\s*`?\w", re.I)
_ORDER = re.compile(r"\bORDER\s+BY\b", re.I)
_TEXT = re.compile(r"'(?:\\.|''|[^'\\])*'")
_QUOTED = re.compile(r"""'(?:\\.|''|[^'\\])*'|"(?:\\.|""|[^"\\])*"|`[^`]*`""")
_INNERMOST = re.compile(r"\([^()]*\)")


def dashboard(board: Dashboard) -> Iterator[Problem]:
    """The problems of every statement of the dashboard."""
    variables = {str(one.get("name")): one for one in board.variables}
    for place, sql in board.statements():
        for sentence in (*statement(sql), *_variables(sql, variables)):
            yield Problem(board.uid, place, sentence)


def statement(sql: str) -> Iterator[str]:
    """The problems of a statement of a dashboard or an alert rule."""
    plain = without_comments(sql)
    if _EVERYTHING.search(plain):
        yield "it selects *: name the columns, or a new one changes the panel"
    if match := _DATABASE.search(plain):
        yield f"it names the database {match[1]!r}; the data source has one, and others may differ"


def alert_statement(sql: str) -> Iterator[str]:
    """The problems of an alert rule's statement, which can't use what only browsers fill in."""
    yield from statement(sql)
    for reference in references(without_comments(sql)):
        if reference.name.removeprefix("__") not in MACROS or not reference.name.startswith("__"):
            only = any(reference.match == macro for macro in BROWSER_ONLY)
            what = "macro" if only else "variable"
            yield f"{reference.match} is a {what} of the browser; an alert rule has none"


def is_ordered(sql: str) -> bool:
    """Whether the outermost statement has an ORDER BY."""
    plain = _TEXT.sub("''", without_comments(sql))
    while (shorter := _INNERMOST.sub("", plain)) != plain:
        plain = shorter
    return bool(_ORDER.search(plain))


def shape(sql: str) -> str:
    """The statement without comments, and without quoted texts and names that hold no variable."""
    return _QUOTED.sub(lambda quoted: quoted[0] if "$" in quoted[0] else "?", without_comments(sql))


def _variables(sql: str, variables: dict[str, Json]) -> Iterator[str]:
    plain = without_comments(sql)
    for reference in references(plain):
        yield from _reference(reference, plain, variables)


def _reference(reference: Reference, sql: str, variables: dict[str, Json]) -> Iterator[str]:
    name, form = reference.name, (reference.format or "").partition(":")[0]
    if name.startswith("__"):
        if not _is_known_macro(name, variables):
            yield f"{reference.match} is none of Grafana's or its ClickHouse plugin's"
    elif name not in variables:
        yield f"{reference.match} names a variable that the dashboard does not have"
    elif form and form not in KNOWN:
        yield f"{reference.match} has the format {form!r}, which Grafana does not have"
    elif variables[name].get("multi") and not _is_listed(reference, sql):
        yield f"{reference.match} can be several values: write IN (${{{name}:singlequote}})"
    elif _is_free(variables[name]) and not _is_quoted(reference, form, sql):
        yield f"{reference.match} can be any text: write ${{{name}:singlequote}}"


def _is_known_macro(name: str, variables: Collection[str]) -> bool:
    browser = any(f"$__{name.removeprefix('__')}" == macro for macro in BROWSER_ONLY)
    return name in BUILT_IN or name in variables or browser or name.removeprefix("__") in MACROS


def _is_listed(reference: Reference, sql: str) -> bool:
    written = re.escape(f"${{{reference.name}:singlequote}}")
    if reference.format == "singlequote":
        return bool(re.search(rf"\bIN\s*\(\s*{written}\s*\)", sql, re.I))
    return _in_conditional_all(reference, sql)


def _in_conditional_all(reference: Reference, sql: str) -> bool:
    """Whether it is the second argument of $__conditionalAll, which does not reach the SQL."""
    return bool(re.search(rf",\s*{re.escape(reference.match)}\s*\)", sql)) and (
        "$__conditionalAll(" in sql
    )


def _is_quoted(reference: Reference, form: str, sql: str) -> bool:
    return form in ("singlequote", "sqlstring") or _in_conditional_all(reference, sql)


def _is_free(variable: Json) -> bool:
    return variable.get("type") in ("query", "textbox")
