"""The config of a field: the panel's defaults and the overrides that match it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboards.preview.frames import Column
from dashboards.preview.model import Json

_REGEX = re.compile(r"^/(.*)/([a-z]*)$", re.S)
_NAME_PART = re.compile(
    r"\$\{__(?:field\.labels\.(\w+)|field\.(name|displayName)|(series\.name))\}"
)


@dataclass(frozen=True)
class Thresholds:
    """Steps of (from, colour); the first begins at minus infinity.

    If ``is_percentage``, a step begins at a percentage of the range from minimum to maximum.
    """

    steps: tuple[tuple[float, str], ...] = ()
    is_percentage: bool = False


@dataclass(frozen=True)
class FieldConfig:
    """The options of one field. ``decimals`` None: automatic."""

    unit: str = ""
    decimals: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    thresholds: Thresholds = Thresholds()
    mappings: tuple[Json, ...] = ()
    no_value: str = ""
    display_name: str = ""
    links: tuple[Json, ...] = ()
    colour_mode: str = "thresholds"
    fixed_colour: str = ""
    custom: Json = field(default_factory=dict)


def config_of(field_config: Json, column: Column, ref: str = "") -> FieldConfig:
    """The config of a column, from a panel's ``fieldConfig``."""
    merged = _copy(field_config.get("defaults") or {})
    for override in field_config.get("overrides") or ():
        if _matches(override.get("matcher") or {}, column, ref, merged):
            for one in override.get("properties") or ():
                _put(merged, str(one["id"]), one.get("value"))
    return _read(merged)


def name_of(column: Column, config: FieldConfig, among: Sequence[Column] = ()) -> str:
    """Grafana's name for a field: its display name, else its name and its labels.

    If all series have the same single label, only its value is written. If all series have the
    same name, only the label is written.
    """
    if config.display_name:
        return _NAME_PART.sub(lambda found: _name_part(found, column), config.display_name)
    return _plain_name(column, among)


def _plain_name(column: Column, among: Sequence[Column]) -> str:
    if not column.labels:
        return column.name
    keys = {key for one in among or (column,) for key in one.labels}
    labels = (
        next(iter(column.labels.values()))
        if len(keys) == 1
        else ", ".join(f"{key}={value}" for key, value in column.labels.items())
    )
    is_alone = len({one.name for one in among if one.labels}) == 1
    return labels if is_alone else f"{column.name} {labels}"


def _name_part(found: re.Match[str], column: Column) -> str:
    if found[1]:
        return column.labels.get(found[1], "")
    return column.name if found[2] == "name" else _plain_name(column, ())


def matcher_of(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of Grafana: ``/…/i``, or a bare regular expression."""
    found = _REGEX.match(pattern)
    body, flags = (found[1], found[2]) if found else (pattern, "")
    return re.compile(body, re.I if "i" in flags else 0)


def _matches(matcher: Json, column: Column, ref: str, merged: Mapping[str, Any]) -> bool:
    kind, wanted = matcher.get("id"), matcher.get("options")
    names = {
        column.name,
        name_of(column, FieldConfig(display_name=merged.get("displayName") or "")),
    }
    names |= {_plain_name(column, (column,)), *column.labels.values()}
    if kind == "byName":
        return wanted in names
    if kind == "byRegexp":
        return any(matcher_of(str(wanted)).search(name) for name in names)
    if kind == "byType":
        return bool(wanted == column.kind)
    if kind == "byFrameRefID":
        return bool(wanted == ref)
    if kind == "byNames" and isinstance(wanted, Mapping):
        is_in = bool(names & set(wanted.get("names") or ()))
        return is_in != (wanted.get("mode") == "exclude")
    return False


def _put(merged: dict[str, Any], path: str, value: object) -> None:
    if path.startswith("custom."):
        custom = merged.setdefault("custom", {})
        *folders, last = path.removeprefix("custom.").split(".")
        for folder in folders:
            custom = custom.setdefault(folder, {})
        custom[last] = value
    else:
        merged[path] = value


def _copy(raw: Json) -> dict[str, Any]:
    return {
        key: _copy(value) if isinstance(value, Mapping) else value for key, value in raw.items()
    }


def _read(raw: Json) -> FieldConfig:
    colour = raw.get("color") or {}
    return FieldConfig(
        unit=str(raw.get("unit") or ""),
        decimals=raw.get("decimals"),
        minimum=raw.get("min"),
        maximum=raw.get("max"),
        thresholds=_thresholds(raw.get("thresholds") or {}),
        mappings=tuple(raw.get("mappings") or ()),
        no_value=str(raw.get("noValue") or ""),
        display_name=str(raw.get("displayName") or ""),
        links=tuple(raw.get("links") or ()),
        colour_mode=str(colour.get("mode") or "thresholds"),
        fixed_colour=str(colour.get("fixedColor") or ""),
        custom=raw.get("custom") or {},
    )


def _thresholds(raw: Json) -> Thresholds:
    return Thresholds(tuple(sorted(_steps(raw))), raw.get("mode") == "percentage")


def _steps(raw: Json) -> Iterator[tuple[float, str]]:
    for step in raw.get("steps") or ():
        value = step.get("value")
        yield (float("-inf") if value is None else float(value)), str(step.get("color") or "")
