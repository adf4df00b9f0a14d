"""``ioc settings``: the reference of all settings, generated from their model."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from contracts.access.settings import AccessSettings
from contracts.settings import Settings

HEAD = """\
# Settings

Written by `ioc settings`, from `contracts/settings/`; don't edit it by hand.

Each is an environment variable, a line of a file `.env` in the folder that a process starts in, or
a file of that name in lower case in the folder of secrets: `/run/secrets`, or what
`IOC_SECRETS_DIR` names. The environment wins over `.env`, and that over secrets; an empty variable
counts as not set. Give passwords and tokens as files. A wrong or unsafe value stops the start with
a sentence that names it.
"""
GROUPS = {
    "kafka": "Kafka",
    "clickhouse": "ClickHouse",
    "preview": "Preview page",
    "sink": "Sinks",
    "ttl": "Retention",
    "audit": "Audit by the sink",
    "metrics": "Operation",
    "health": "Operation",
    "log": "Operation",
    "stop": "Operation",
    "grafana": "Publishing to Grafana",
    "seed": "Simulators",
    "rate": "Simulators",
    "fault": "Simulators",
    "history": "Simulators",
}
FILES = {"format": "file-path"}
UNITS = {"_s": "s", "_h": "h", "_days": "days", "_bytes": "bytes", "_rows": "rows"}


def markdown() -> str:
    """The reference: every setting with its default, unit or values, and meaning."""
    properties: Mapping[str, Mapping[str, Any]] = Settings.model_json_schema()["properties"]
    names = sorted(properties, key=lambda name: (_rank(name), _order(name)))
    return HEAD + "".join(
        f"\n## {group}\n\n| variable | default | values | meaning |\n|---|---|---|---|\n"
        + "".join(_row(name, properties[name]) for name in members)
        for group, members in groupby(names, _group)
    )


def _group(name: str) -> str:
    return GROUPS.get(name.partition("_")[0], "Pipeline")


def _rank(name: str) -> int:
    titles = ["Pipeline", *dict.fromkeys(GROUPS.values())]
    return titles.index(_group(name))


def _order(name: str) -> tuple[bool, int]:
    """In the order of the model, except that encryption and users come last."""
    return name in AccessSettings.model_fields, list(Settings.model_fields).index(name)


def _row(name: str, schema: Mapping[str, Any]) -> str:
    meaning = str(schema["description"]).replace("|", "\\|")
    return f"| `IOC_{name.upper()}` | {_default(schema)} | {_values(name, schema)} | {meaning} |\n"


def _default(schema: Mapping[str, Any]) -> str:
    default = schema.get("default")
    if default in (None, "", [], ()):
        return "empty"
    text = str(default).lower() if isinstance(default, bool) else str(default)
    if isinstance(default, str) and Path(text).is_absolute():
        text = "/".join(Path(text).parts[-3:])  # a file of the package, wherever it is installed
    return f"`{text}`"


def _values(name: str, schema: Mapping[str, Any]) -> str:
    member = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)
    parts = [_kind(member)] if _kind(member) else []
    parts += [_range(member)] if _range(member) else []
    parts += [unit for ending, unit in UNITS.items() if name.endswith(ending)]
    return ", ".join(parts)


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("format") in ("path", "file-path"):
        return "path"
    if schema.get("writeOnly"):
        return "secret"
    names = {"integer": "whole number", "number": "number", "boolean": "`true` `false`"}
    return names.get(str(schema.get("type")), "text")


def _range(schema: Mapping[str, Any]) -> str:
    return " ".join(_bounds(schema))


def _bounds(schema: Mapping[str, Any]) -> Iterator[str]:
    for key, sign in (
        ("minimum", "≥"),
        ("exclusiveMinimum", ">"),
        ("maximum", "≤"),
        ("exclusiveMaximum", "<"),
    ):
        if key in schema:
            yield f"{sign} {schema[key]:,.15g}"
