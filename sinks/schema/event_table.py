"""The archive table of a feed, derived from its contract."""

from collections.abc import Mapping
from typing import Any

from contracts.feed import Feed
from contracts.settings import Settings
from sinks.errors import SchemaError
from sinks.schema.columns import INSTANT, Column, base_type, is_optional, not_null, nullable, quoted

PLACE = (
    Column("generation", "UInt32", "Incarnation of the Kafka log; 0 for a durable broker"),
    Column("partition", "UInt16", "Partition of the raw event"),
    Column("offset", "UInt64", "Offset of the raw event in its partition"),
    Column(
        "late",
        "Bool",
        "Whether it came behind the newest event of its unit, less the allowed disorder",
    ),
    Column("beyond", "Bool", "Whether it came too late for any pane; gauges count it"),
    Column("archived_at", INSTANT, "When the row was written to this table, UTC", "now64(3)"),
)
SORT_KEY = ("district", "kind", "occurred_at", "event_id")
"""These columns depend on the event alone, so an event written twice becomes one row."""


def table_name(feed: str) -> str:
    """The table that archives a feed."""
    return f"events_{feed}"


def columns(feed: Feed) -> list[Column]:
    """The columns of a feed's table: the fields of all kinds, then the raw event's log position.

    A field is nullable if a kind lacks it or may omit it. Raises SchemaError.
    """
    return [*_fields(feed), *PLACE]


def create_statement(feed: Feed, settings: Settings) -> str:
    """The CREATE TABLE of a feed. Retention counts from archiving: a replay of old years stays."""
    lines = ",\n    ".join(column.ddl for column in columns(feed))
    comment = quoted(f"Accepted events of the feed {feed.name} ({feed.title}); read with FINAL")
    return (
        f"CREATE TABLE IF NOT EXISTS {settings.clickhouse_database}.{table_name(feed.name)}\n"
        f"(\n    {lines}\n)\n"
        "ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(occurred_at)\n"
        f"ORDER BY ({', '.join(SORT_KEY)})\n"
        f"TTL toDateTime(archived_at) + toIntervalDay({settings.ttl_events_days})\n"
        f"COMMENT {comment}"
    )


def _fields(feed: Feed) -> list[Column]:
    by_kind = {
        kind: model.model_json_schema() for kind, model in zip(feed.kinds, feed.models, strict=True)
    }
    names = dict.fromkeys(name for schema in by_kind.values() for name in schema["properties"])
    return [_field(feed, name, by_kind) for name in names]


def _field(feed: Feed, name: str, by_kind: Mapping[str, Mapping[str, Any]]) -> Column:
    carriers = {kind: model for kind, model in by_kind.items() if name in model["properties"]}
    schemas = [model["properties"][name] for model in carriers.values()]
    try:
        type_ = base_type(map(not_null, schemas))
    except SchemaError as error:
        raise SchemaError(f"feed {feed.name}, field {name}: {error}") from None
    may_lack = (
        len(carriers) < len(by_kind)
        or any(is_optional(schema) for schema in schemas)
        or any(name not in model["required"] for model in carriers.values())
    )
    of_kinds = "" if len(carriers) == len(by_kind) else f"; of {', '.join(carriers)}"
    comment = f"{_meaning(name, [not_null(schema) for schema in schemas])}{of_kinds}"
    return Column(name, nullable(type_) if may_lack else type_, comment)


def _meaning(name: str, schemas: list[Mapping[str, Any]]) -> str:
    """A field's comment from the contract: its descriptions, or else its name, and its values."""
    said = dict.fromkeys(schema["description"] for schema in schemas if "description" in schema)
    text = " / ".join(said) or name.replace("_", " ")
    literals = dict.fromkeys(
        str(value)
        for schema in schemas
        for value in (*schema.get("enum", ()), *(v for k, v in schema.items() if k == "const"))
    )
    return f"{text}: {', '.join(literals)}" if literals else text
