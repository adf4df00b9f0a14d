"""ClickHouse columns for the fields of events, derived from the JSON Schema of their models."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from contracts.events.event import DistrictCode, Slug
from sinks.errors import SchemaError

INSTANT = "DateTime64(3, 'UTC')"
NAME = "LowCardinality(String)"
_NAME_PATTERNS = frozenset(
    TypeAdapter(kind).json_schema()["pattern"] for kind in (DistrictCode, Slug)
)
_FORMATS = {"date-time": INSTANT, "uuid": "UUID"}
_INTEGERS = tuple(
    (f"{prefix}Int{bits}", low, high)
    for bits in (8, 16, 32, 64)
    for prefix, low, high in (
        ("U", 0, 2**bits - 1),
        ("", -(2 ** (bits - 1)), 2 ** (bits - 1) - 1),
    )
)


@dataclass(frozen=True)
class Column:
    """A column; ``type`` is spelled as ClickHouse itself spells it."""

    name: str
    type: str
    comment: str
    default: str = ""

    @property
    def ddl(self) -> str:
        """Its line in a CREATE TABLE."""
        default = f" DEFAULT {self.default}" if self.default else ""
        return (
            f"`{self.name}` {self.type}{default} COMMENT {quoted(self.comment)} {codec(self.type)}"
        )


def quoted(text: str) -> str:
    """``text`` as an SQL string."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def codec(type_: str) -> str:
    """The codec for a type: differences for times, used bits for integers."""
    if "DateTime" in type_:
        return "CODEC(Delta(8), ZSTD(1))"
    if "Int" in type_:
        return "CODEC(T64, ZSTD(1))"
    return "CODEC(ZSTD(1))"


def nullable(type_: str) -> str:
    """The nullable form of a type."""
    if "Nullable(" in type_:
        return type_
    if type_ == NAME:
        return "LowCardinality(Nullable(String))"
    return f"Nullable({type_})"


def is_optional(schema: Mapping[str, Any]) -> bool:
    """Whether a field's schema allows null."""
    return any(member.get("type") == "null" for member in schema.get("anyOf", ()))


def not_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A field's schema without the null of an optional one."""
    members = [member for member in schema.get("anyOf", ()) if member.get("type") != "null"]
    return {**schema, **members[0]} if len(members) == 1 else schema


def base_type(schemas: Iterable[Mapping[str, Any]]) -> str:
    """The column type of a field; ``schemas`` are its schemas, without null, in all kinds.

    Raises:
        SchemaError: the schemas differ in type, or their type has no column type.
    """
    found = list(schemas)
    types = {_base_type(schema) for schema in found}
    if types == {"integer"}:
        return _integer(found)
    if len(types) != 1:
        raise SchemaError(f"kinds of events give it different types: {', '.join(sorted(types))}")
    return types.pop()


def _base_type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if kind == "string":
        if "const" in schema or "enum" in schema or schema.get("pattern") in _NAME_PATTERNS:
            return NAME
        return _FORMATS.get(schema.get("format", ""), "String")
    if kind == "integer":
        return "integer"
    if kind in ("number", "boolean"):
        return "Float64" if kind == "number" else "Bool"
    raise SchemaError(f"there is no column type for {dict(schema)}")


def _integer(schemas: list[Mapping[str, Any]]) -> str:
    """The smallest integer type that holds all bounds; 64 bits without bounds."""
    low = min(schema.get("minimum", -(2**63)) for schema in schemas)
    high = max(schema.get("maximum", 2**63 - 1) for schema in schemas)
    for type_, least, greatest in _INTEGERS:
        if least <= low and high <= greatest:
            return type_
    raise SchemaError(f"no integer of ClickHouse holds {low} to {high}")
