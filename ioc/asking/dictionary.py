"""``ioc dictionary``: the reference of all tables, views and columns, from their comments."""

from collections.abc import Iterator
from itertools import groupby

from clickhouse_connect.driver.client import Client

HEAD = """\
# Data dictionary

Written by `ioc dictionary`, from the comments in ClickHouse; don't edit it by hand. How to ask:
[analysts.md](analysts.md).

Instants are in UTC, days and other periods of `figures` in the province's time zone. Read tables of
the kind Replacing with `FINAL`.
"""
GROUPS = {
    "Figures": ("indicator", "rollups", "gauge", "panes", "period_figures", "targets"),
    "Events": ("events_",),
    "What codes mean": ("units", "agencies", "feeds", "holidays", "places", "cameras", "schools"),
}
OTHERS = "Reference data and operation"
_COLUMNS = """
SELECT tables.name, tables.engine, tables.comment, columns.name, columns.type, columns.comment
FROM system.columns AS columns
INNER JOIN system.tables AS tables
    ON tables.name = columns.table AND tables.database = columns.database
WHERE columns.database = currentDatabase() AND tables.engine != 'MaterializedView'
    AND columns.default_kind != 'MATERIALIZED'
ORDER BY tables.name, columns.position
"""
Described = tuple[str, str, str, str, str, str]
"""Name, engine and comment of a table; name, type and comment of a column."""


def markdown(client: Client) -> str:
    """The whole document, of the database of this client. Raises ClickHouseError."""
    rows: list[Described] = [tuple(row) for row in client.query(_COLUMNS).result_rows]
    tables = [(name, list(columns)) for name, columns in groupby(rows, key=lambda row: row[0])]
    parts = [HEAD]
    for group in (*GROUPS, OTHERS):
        parts.append(f"\n## {group}\n")
        parts += [_table(columns) for name, columns in tables if _group_of(name) == group]
    return "".join(parts)


def _group_of(table: str) -> str:
    return next((group for group, names in GROUPS.items() if table.startswith(names)), OTHERS)


def _table(columns: list[Described]) -> str:
    name, engine, comment = columns[0][:3]
    kind = "view" if engine == "View" else "Replacing" if "Replacing" in engine else "plain"
    lines = [f"\n### {name}\n\n{_said(comment)} ({kind})\n\n| column | type | |\n|---|---|---|\n"]
    lines += _lines(columns)
    return "".join(lines)


def _lines(columns: list[Described]) -> Iterator[str]:
    for *_, name, type_, comment in columns:
        yield f"| `{name}` | `{type_}` | {_said(comment)} |\n"


def _said(comment: str) -> str:
    return comment.replace("|", "\\|").replace("<", "&lt;")
