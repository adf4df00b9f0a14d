"""Adapts an existing archive table to a changed contract: by additions, or not at all."""

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.settings import Settings
from sinks.errors import SchemaError
from sinks.schema.columns import Column, nullable, quoted
from sinks.schema.event_table import columns, create_statement, table_name

Existing = dict[str, tuple[str, str]]
"""Column name -> its type and comment."""


def plan(client: Client, settings: Settings, feed: Feed) -> list[str]:
    """The statements that bring a feed's table to its contract; none if it already matches.

    A field may be new, become optional, or change its description. A new column holds NULL in
    existing rows, so missing data never looks like zero.

    Raises:
        SchemaError: a column changed its type or vanished from the contract.
    """
    existing = _existing(client, settings, table_name(feed.name))
    if not existing:
        return [create_statement(feed, settings)]
    wanted = columns(feed)
    _refuse_vanished(feed, wanted, existing)
    table = f"{settings.clickhouse_database}.{table_name(feed.name)}"
    changes = [change for column in wanted for change in _changes(feed, column, existing)]
    return [f"ALTER TABLE {table} {change}" for change in changes]


def _existing(client: Client, settings: Settings, table: str) -> Existing:
    found = client.query(
        "SELECT name, type, comment FROM system.columns "
        "WHERE database = {database:String} AND table = {table:String} ORDER BY position",
        parameters={"database": settings.clickhouse_database, "table": table},
    )
    return {name: (type_, comment) for name, type_, comment in found.result_rows}


def _refuse_vanished(feed: Feed, wanted: list[Column], existing: Existing) -> None:
    vanished = sorted(existing.keys() - {column.name for column in wanted})
    if vanished:
        raise SchemaError(
            f"table {table_name(feed.name)} has the column {vanished[0]}, which the contract of "
            f"feed {feed.name} no longer names: keep the field as optional, or give the feed a "
            "new name"
        )


def _changes(feed: Feed, column: Column, existing: Existing) -> list[str]:
    if column.name not in existing:
        added = Column(column.name, nullable(column.type), column.comment)
        return [f"ADD COLUMN {added.ddl}"]
    type_, comment = existing[column.name]
    if type_ in (column.type, nullable(column.type)):
        return [] if comment == column.comment else [_describe(column)]
    if column.type == nullable(type_):
        return [f"MODIFY COLUMN {column.ddl}"]
    raise SchemaError(
        f"column {column.name} of table {table_name(feed.name)} is {type_}, the contract of feed "
        f"{feed.name} now makes it {column.type}: give the changed field a new name"
    )


def _describe(column: Column) -> str:
    return f"COMMENT COLUMN `{column.name}` {quoted(column.comment)}"
