"""Macros that the plugin expands in the browser, before variables. Alert rules lack them."""

import re
from collections.abc import Iterator, Mapping

from dashboards.grafana.variables import Selection

CONDITIONAL_ALL = "$__conditionalAll("
BROWSER_ONLY = ("$__conditionalAll", "$__adHocFilters")
_VARIABLE = re.compile(r"(?<=\$\{)\w+(?=\})|(?<=\$)\w+", re.ASCII)
_AD_HOC = re.compile(r"\$__adHocFilters\s*\([^)]+\)")


def conditional_all(sql: str, selections: Mapping[str, Selection]) -> str:
    """Expand ``$__conditionalAll(condition, $name)`` to the condition, or ``1=1`` for All or none.

    Like the plugin, it counts brackets and commas everywhere, even in quotes.
    """
    while (start := sql.rfind(CONDITIONAL_ALL)) >= 0:
        parts = _parts(sql[start + len(CONDITIONAL_ALL) :])
        if len(parts) != 2:
            return sql
        condition, name = parts
        variable = _VARIABLE.search(name.strip())
        chosen = selections.get(variable[0]) if variable else None
        phrase = "1=1" if chosen and _is_open(chosen) else condition
        sql = sql.replace(f"{CONDITIONAL_ALL}{condition},{name})", phrase, 1)
    return sql


def ad_hoc_filters(sql: str) -> str:
    """Expand ``$__adHocFilters('table')``, as if no ad-hoc filter were set."""
    return _AD_HOC.sub("additional_table_filters={}", sql)


def _is_open(selection: Selection) -> bool:
    return ",".join(selection.values) in ("", "$__all")


def _parts(after: str) -> list[str]:
    """The arguments before the closing bracket; empty if no bracket closes."""
    parts, begin = [], 0
    for at, depth in _depths(after):
        if (after[at] == "," and depth == 1) or depth == 0:
            parts.append(after[begin:at])
            begin = at + 1
        if depth == 0:
            return parts
    return []


def _depths(after: str) -> Iterator[tuple[int, int]]:
    depth = 1
    for match in re.finditer(r"[(),]", after):
        depth += {"(": 1, ")": -1, ",": 0}[match[0]]
        yield match.start(), depth
