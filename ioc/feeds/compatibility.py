"""The effects of a contract's change on existing events and tables.

A contract may grow: valid events stay valid, and the archive's table gets a column. A change that
would refuse yesterday's events, or give a column another type, needs another contract.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sinks.errors import SchemaError
from sinks.schema.columns import base_type, is_optional, not_null

Schema = Mapping[str, Any]

_WORDS = frozenset({"title", "description", "examples", "default"})
_LOWER = frozenset({"minimum", "exclusiveMinimum", "minLength"})
_UPPER = frozenset({"maximum", "exclusiveMaximum", "maxLength"})


class Change(NamedTuple):
    """A change in words, and whether it breaks the contract."""

    text: str
    breaks: bool


def changes(old: Schema, new: Schema) -> list[Change]:
    """All changes from one JSON Schema of a feed's events to another, except wording."""
    before, after = _kinds(old), _kinds(new)
    return [
        *(Change(f"kind {kind} is gone", breaks=True) for kind in before if kind not in after),
        *(Change(f"kind {kind} is new", breaks=False) for kind in after if kind not in before),
        *(
            change
            for kind in before
            if kind in after
            for change in _of_kind(kind, before[kind], after[kind])
        ),
    ]


def _kinds(schema: Schema) -> dict[str, Schema]:
    definitions = schema.get("$defs", {})
    members = schema.get("oneOf") or schema.get("anyOf") or [schema]
    resolved = [_resolved(member, definitions) for member in members]
    return {str(member["properties"]["kind"]["const"]): member for member in resolved}


def _resolved(node: Any, definitions: Schema) -> Any:
    """A schema without references, and without keywords that only describe."""
    if isinstance(node, list):
        return [_resolved(each, definitions) for each in node]
    if not isinstance(node, Mapping):
        return node
    if "$ref" in node:
        return _resolved(definitions[node["$ref"].rpartition("/")[2]], definitions)
    return {
        key: {name: _resolved(each, definitions) for name, each in value.items()}
        if key == "properties"
        else _resolved(value, definitions)
        for key, value in node.items()
        if key not in _WORDS
    }


def _of_kind(kind: str, old: Schema, new: Schema) -> Iterator[Change]:
    before, after = old["properties"], new["properties"]
    required = set(new.get("required", ()))
    for name in sorted(before.keys() - after.keys()):
        yield Change(f"field {kind}.{name} is gone", breaks=True)
    for name in sorted(after.keys() - before.keys()):
        is_needed = name in required
        words = "is new and required" if is_needed else "is new and may be left out"
        yield Change(f"field {kind}.{name} {words}", breaks=is_needed)
    for name in sorted(before.keys() & after.keys()):
        if name in required and name not in old.get("required", ()):
            yield Change(f"field {kind}.{name} has become required", breaks=True)
        elif name not in required and name in old.get("required", ()):
            yield Change(f"field {kind}.{name} may now be left out", breaks=False)
        yield from _of_field(f"field {kind}.{name}", before[name], after[name])


def _of_field(what: str, old: Schema, new: Schema) -> Iterator[Change]:
    if old == new:
        return
    if is_optional(old) and not is_optional(new):
        yield Change(f"{what} no longer takes null", breaks=True)
    elif is_optional(new) and not is_optional(old):
        yield Change(f"{what} now takes null", breaks=False)
    bare_old, bare_new = _bare(old), _bare(new)
    if bare_old == bare_new:
        return
    if not _takes_all(bare_old, bare_new):
        yield Change(f"{what} no longer takes what it took", breaks=True)
    elif _column(bare_old) != _column(bare_new):
        yield Change(f"{what} would need a column of another type", breaks=True)
    else:
        yield Change(f"{what} takes more than before", breaks=False)


def _bare(schema: Schema) -> dict[str, Any]:
    return {key: value for key, value in not_null(schema).items() if key != "anyOf"}


def _takes_all(old: Schema, new: Schema) -> bool:
    """Whether the new schema certainly accepts every value that the old one accepts."""
    allowed = new.get("enum", [new["const"]] if "const" in new else None)
    if allowed is not None:
        before = old.get("enum", [old["const"]] if "const" in old else None)
        return before is not None and set(before) <= set(allowed)
    return all(_is_wider(key, old.get(key), value) for key, value in new.items())


def _is_wider(key: str, old: Any, new: Any) -> bool:
    if key in _LOWER and old is not None:
        return bool(new <= old)
    if key in _UPPER and old is not None:
        return bool(new >= old)
    return bool(old == new)


def _column(schema: Schema) -> str:
    try:
        return base_type([schema])
    except SchemaError as error:
        return str(error)
