"""Archived events of a feed, made from the JSON Schema of its contract and the reference tables.

A hash of a field's name and the event's number selects its value: the same each time, and spread
over the values that the contract allows.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from contracts.events.event import SLUG_PATTERN, Event
from contracts.feed import Feed

OPTIONAL_LACKS = 5
"""One event in five lacks an optional field."""
OWN = frozenset({"event_id", "district", "occurred_at", "source", "feed", "kind"})
"""The fields of every event."""
_SQL = Path(__file__).with_name("events.sql")
_PLACE = re.compile(r"\[(feed|kind|kinds|index|names|values)\]")


def insertions(feed: Feed) -> Iterator[str]:
    """An INSERT for each kind; its parameters: until (s), minutes, events (of all kinds)."""
    template = _SQL.read_text(encoding="utf-8")
    for index, (kind, model) in enumerate(zip(feed.kinds, feed.models, strict=True)):
        fields = _fields(model)
        known = {
            "feed": feed.name,
            "kind": kind,
            "kinds": str(len(feed.kinds)),
            "index": str(index),
            "names": ", ".join(fields),
            "values": ",\n    ".join(fields.values()),
        }
        yield _filled(template, known)


def _filled(template: str, known: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: known[place[1]], template)


def _fields(model: type[Event]) -> dict[str, str]:
    """Field -> SQL expression, for the fields beyond OWN."""
    properties = model.model_json_schema()["properties"]
    return {name: _drawn(name, schema) for name, schema in properties.items() if name not in OWN}


def _drawn(name: str, schema: Mapping[str, Any]) -> str:
    options = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    value = _value(name, options[0])
    if len(options) < len(schema.get("anyOf", [schema])):
        return f"if(sipHash64(number, '{name}?') % {OPTIONAL_LACKS} = 0, NULL, {value})"
    return value


def _value(name: str, schema: Mapping[str, Any]) -> str:
    draw = f"sipHash64(number, '{name}')"
    if name in ("agency", "camera_id"):
        held = {"agency": "agencies", "camera_id": "cameras"}[name]
        return f"{held}[1 + {draw} % length({held})]"
    if "const" in schema:
        return f"'{schema['const']}'"
    if "enum" in schema:
        return f"{list(schema['enum'])}[1 + {draw} % {len(schema['enum'])}]"
    return _of_type(name, schema, draw)


def _of_type(name: str, schema: Mapping[str, Any], draw: str) -> str:
    kind, low = schema.get("type"), schema.get("minimum", 0)
    high = schema.get("maximum", low + 1_000_000)
    if kind == "boolean":
        return f"{draw} % 10 < 8"
    if kind == "integer":
        return f"{low} + {draw} % {min(high - low, 1_000_000) + 1}"
    if kind == "number":
        return f"{low} + {draw} % 1000 / 1000 * {high - low}"
    if schema.get("format") == "date-time":
        return _moment(name, draw)
    if schema.get("format") == "uuid":
        return f"reinterpretAsUUID(unhex(hex(sipHash128(number, '{name}'))))"
    if schema.get("pattern") == SLUG_PATTERN:
        return f"concat('so-', toString({draw} % 30))"
    return f"lower(hex({draw}))"


def _moment(name: str, draw: str) -> str:
    """A due time lies up to four days before or after the event, others up to three days before."""
    if name == "due_at":
        return f"at + toIntervalSecond(toInt64({draw} % 691200) - 345600)"
    return f"at - toIntervalSecond({draw} % 259200)"
