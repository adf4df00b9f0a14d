"""A dashboard, read from its JSON: panels, variables, annotations, links."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]

DEFAULT_REFRESH_S = 30.0
_UNITS_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
TABLE_FORMAT = 1


@dataclass(frozen=True)
class GridPos:
    """A position on a grid of 24 columns."""

    x: int
    y: int
    w: int
    h: int

    @property
    def pixels(self) -> tuple[float, float]:
        """The approximate width and height of a drawing on a screen of 1920 pixels."""
        return self.w * 79 - 30, max(self.h * 38 - 46, 20)


@dataclass(frozen=True)
class Target:
    """A query of a panel; ``is_table`` if its rows are not folded into series."""

    ref: str
    sql: str
    is_table: bool


@dataclass(frozen=True)
class Panel:
    """One panel; ``field_config`` and ``options`` are as in the JSON."""

    id: int
    kind: str
    title: str
    description: str
    grid: GridPos
    targets: tuple[Target, ...] = ()
    options: Json = field(default_factory=dict)
    field_config: Json = field(default_factory=dict)
    transformations: tuple[str, ...] = ()
    """The ids of Grafana's transformations."""
    links: tuple[Json, ...] = ()
    max_points: int | None = None
    transparent: bool = False
    inner: tuple["Panel", ...] = ()
    """The panels of a collapsed row."""

    def moved(self, down: int) -> "Panel":
        """The same panel, ``down`` rows further down."""
        return replace(self, grid=replace(self.grid, y=self.grid.y + down)) if down else self


@dataclass(frozen=True)
class Variable:
    """A variable; ``query`` is SQL for kind ``query``, else a comma-separated list of options."""

    name: str
    kind: str
    label: str
    query: str
    multi: bool
    include_all: bool
    all_value: str | None
    current: tuple[str, ...]
    hidden: bool


@dataclass(frozen=True)
class Annotation:
    """A query whose rows are marks on the time series."""

    name: str
    sql: str
    colour: str


@dataclass(frozen=True)
class Dashboard:
    """A whole dashboard; times have Grafana's form, such as ``now-6h``."""

    uid: str
    title: str
    description: str
    tags: tuple[str, ...]
    panels: tuple[Panel, ...]
    variables: tuple[Variable, ...]
    annotations: tuple[Annotation, ...]
    links: tuple[Json, ...]
    time_from: str
    time_to: str
    refresh_s: float
    zone: str

    def placed(self, opened: Container[int] = ()) -> list[Panel]:
        """The panels in order. Rows that are ``opened`` push the following panels down."""
        found: list[Panel] = []
        pushed = 0
        for panel in self.panels:
            found.append(panel.moved(pushed))
            if panel.inner and panel.id in opened:
                top = min(one.grid.y for one in panel.inner)
                found += [one.moved(panel.grid.y + 1 + pushed - top) for one in panel.inner]
                pushed += rows_of(panel.inner) - top
        return found


def rows_of(panels: Sequence[Panel]) -> int:
    """The number of grid rows up to the end of the panels."""
    return max((panel.grid.y + panel.grid.h for panel in panels), default=0)


def read_dashboard(raw: Json) -> Dashboard:
    """Read Grafana's classic dashboard JSON.

    Raises KeyError, TypeError, AttributeError or ValueError if it is something else.
    """
    time = raw.get("time") or {}
    zone = raw.get("timezone") or "utc"
    return Dashboard(
        uid=str(raw["uid"]),
        title=str(raw["title"]),
        description=str(raw.get("description") or ""),
        tags=tuple(raw.get("tags") or ()),
        panels=_panels(raw.get("panels") or ()),
        variables=tuple(_variables((raw.get("templating") or {}).get("list") or ())),
        annotations=tuple(_annotations((raw.get("annotations") or {}).get("list") or ())),
        links=tuple(raw.get("links") or ()),
        time_from=str(time.get("from") or "now-6h"),
        time_to=str(time.get("to") or "now"),
        refresh_s=seconds_of(raw.get("refresh")) or DEFAULT_REFRESH_S,
        zone="UTC" if zone.lower() in ("utc", "browser") else zone,
    )


def seconds_of(duration: object) -> float | None:
    """The seconds of Grafana's ``5s``, ``1m``, ``2h``; None for anything else."""
    text = str(duration or "").strip()
    if len(text) < 2 or text[-1] not in _UNITS_S or not text[:-1].isdigit():
        return None
    return int(text[:-1]) * _UNITS_S[text[-1]]


def _panels(raw: Sequence[Json]) -> tuple[Panel, ...]:
    return tuple(sorted(map(_panel, raw), key=lambda one: (one.grid.y, one.grid.x)))


def _grid(raw: Json) -> GridPos:
    given = raw.get("gridPos") or {}
    return GridPos(*(int(given.get(key, 1)) for key in "xywh"))


def _panel(raw: Json) -> Panel:
    return Panel(
        id=int(raw.get("id") or 0),
        kind=str(raw["type"]),
        title=str(raw.get("title") or ""),
        description=str(raw.get("description") or ""),
        grid=_grid(raw),
        targets=tuple(_target(one) for one in raw.get("targets") or () if not one.get("hide")),
        options=raw.get("options") or {},
        field_config=raw.get("fieldConfig") or {},
        transformations=tuple(
            str(one.get("id"))
            for one in raw.get("transformations") or ()
            if not one.get("disabled")
        ),
        links=tuple(raw.get("links") or ()),
        max_points=raw.get("maxDataPoints"),
        transparent=bool(raw.get("transparent")),
        inner=_panels(raw.get("panels") or ()),
    )


def _target(raw: Json) -> Target:
    is_table = raw.get("format") == TABLE_FORMAT or raw.get("queryType") == "table"
    return Target(str(raw.get("refId") or "A"), str(raw.get("rawSql") or ""), is_table)


def _variables(raw: Sequence[Json]) -> Iterator[Variable]:
    """All variables except data sources, of which this page has only one."""
    return (_variable(one) for one in raw if one["type"] != "datasource")


def _variable(raw: Json) -> Variable:
    query = raw.get("query") or ""
    current = (raw.get("current") or {}).get("value")
    values = current if isinstance(current, list) else [] if current in (None, "") else [current]
    return Variable(
        name=str(raw["name"]),
        kind=str(raw["type"]),
        label=str(raw.get("label") or raw["name"]),
        query=str(query.get("rawSql") or query.get("query") or "")
        if isinstance(query, Mapping)
        else str(query),
        multi=bool(raw.get("multi")),
        include_all=bool(raw.get("includeAll")),
        all_value=raw.get("allValue") or None,
        current=tuple(map(str, values)),
        hidden=raw.get("hide") in (2, "hideVariable"),
    )


def _annotations(raw: Sequence[Json]) -> Sequence[Annotation]:
    found = []
    for one in raw:
        sql = (one.get("target") or {}).get("rawSql") or one.get("rawQuery")
        if sql and one.get("enable", True) and not one.get("builtIn"):
            colour = str(one.get("iconColor") or "blue")
            found.append(Annotation(str(one.get("name") or ""), str(sql), colour))
    return found
