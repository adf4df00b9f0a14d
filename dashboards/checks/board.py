"""Dashboards as the checks read them from their JSON files."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from contracts.errors import IocError

Json = Mapping[str, Any]
JSON_FOLDER = Path(__file__).parents[1] / "json"
PLUGIN = "grafana-clickhouse-datasource"
WITHOUT_DATA = frozenset({"row", "text"})
"""Kinds of panels without queries."""


class DashboardFileError(IocError):
    """A file of a dashboard can't be read."""


@dataclass(frozen=True)
class Panel:
    """A panel, inside a row or not."""

    raw: Json

    @property
    def place(self) -> str:
        """Its name in problems."""
        return f"panel {self.raw.get('id', '?')} {self.title}".strip()

    @property
    def title(self) -> str:
        """Its title; may be empty."""
        return str(self.raw.get("title", ""))

    @property
    def kind(self) -> str:
        """Grafana's name of its kind, such as stat."""
        return str(self.raw.get("type", ""))

    @property
    def asks(self) -> bool:
        """Whether it shows data."""
        return self.kind not in WITHOUT_DATA

    @property
    def targets(self) -> list[Json]:
        """Its queries."""
        return list(self.raw.get("targets", ()))

    @property
    def statements(self) -> list[str]:
        """Their SQL."""
        return [str(target.get("rawSql", "")) for target in self.targets]

    @property
    def defaults(self) -> Json:
        """The options of all its fields."""
        found: Json = self.raw.get("fieldConfig", {}).get("defaults", {})
        return found

    @property
    def overrides(self) -> Iterator[tuple[str, Any]]:
        """Pairs of option and value of single fields."""
        for override in self.raw.get("fieldConfig", {}).get("overrides", ()):
            for one in override.get("properties", ()):
                yield str(one.get("id", "")), one.get("value")


@dataclass(frozen=True)
class Dashboard:
    """A dashboard and the name of its file."""

    raw: Json
    file: str

    @property
    def uid(self) -> str:
        """Its uid."""
        return str(self.raw.get("uid", ""))

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.raw.get("title", ""))

    @cached_property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, including those in collapsed rows."""
        return tuple(_panels(self.raw))

    @property
    def variables(self) -> list[Json]:
        """Its variables, in their order."""
        return list(self.raw.get("templating", {}).get("list", ()))

    @property
    def annotations(self) -> list[Json]:
        """The annotations that query ClickHouse."""
        every = self.raw.get("annotations", {}).get("list", ())
        return [one for one in every if one.get("datasource", {}).get("type") == PLUGIN]

    def statements(self) -> Iterator[tuple[str, str]]:
        """Pairs of place and SQL of all its statements."""
        for panel in self.panels:
            yield from ((panel.place, sql) for sql in panel.statements)
        for variable in self.variables:
            if variable.get("type") == "query":
                yield variable_place(variable), variable_sql(variable)
        for annotation in self.annotations:
            yield annotation_place(annotation), annotation_sql(annotation)


def variable_place(variable: Json) -> str:
    """A variable's name in problems."""
    return f"variable {variable.get('name', '?')}"


def variable_sql(variable: Json) -> str:
    """The SQL of a variable, which Grafana stores as a text or in an object."""
    query = variable.get("query", "")
    return str(query.get("rawSql", "") if isinstance(query, Mapping) else query)


def annotation_place(annotation: Json) -> str:
    """An annotation's name in problems."""
    return f"annotation {annotation.get('name', '?')}"


def annotation_sql(annotation: Json) -> str:
    """The SQL of an annotation, which Grafana stores in the target or beside it."""
    target = annotation.get("target") or {}
    return str(target.get("rawSql") or annotation.get("rawQuery") or "")


def load_dashboards(folder: Path) -> list[Dashboard]:
    """All dashboards of a folder, ordered by file name. Raises DashboardFileError."""
    return [_load(path) for path in sorted(folder.glob("*.json"))]


def _load(path: Path) -> Dashboard:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DashboardFileError(f"{path} can't be read as a dashboard: {error}") from None
    if not isinstance(raw, dict):
        raise DashboardFileError(f"{path} holds no dashboard, which is a JSON object")
    return Dashboard(raw, path.name)


def _panels(raw: Json) -> Iterator[Panel]:
    for panel in raw.get("panels", ()):
        yield Panel(panel)
        yield from _panels(panel)
