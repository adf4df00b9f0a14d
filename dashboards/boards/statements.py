"""The SQL files of the panels, with their placeholders filled in.

The build replaces ``{name}`` by a value, or by the file of that name. ``${name}`` and macros
belong to Grafana and stay.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sql"
_PLACEHOLDER = re.compile(
    r"^(?P<indent> *)\{(?P<line>[a-z_]+)\}|(?<!\$)\{(?P<name>[a-z_]+)\}", re.M
)


@cache
def _text(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8").strip()


def sql(name: str, **values: object) -> str:
    """The statement of ``sql/<name>.sql``; a value that begins a line keeps the line's indent.

    Raises FileNotFoundError for a placeholder that has neither value nor file.
    """

    def fill(match: re.Match[str]) -> str:
        key = match["line"] or match["name"]
        value = str(values[key]) if key in values else sql(key, **values)
        indent = match["indent"] or ""
        return indent + value.replace("\n", f"\n{indent}")

    return _PLACEHOLDER.sub(fill, _text(name))


def text(value: str) -> str:
    """An SQL string."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def name(value: str) -> str:
    """An SQL name of a column."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def lines(parts: Iterable[str]) -> str:
    """Items of an SQL list, each on its own line."""
    return ",\n".join(parts)
