"""Migrates tables of an earlier version whose engine or sort key has changed.

ClickHouse can alter neither in place. The rows are copied into a table of the new layout, which
then takes the old one's name atomically.
"""

import re
from collections.abc import Iterator, Sequence

from clickhouse_connect.driver.client import Client

from contracts.settings import Settings
from sinks.schema.clustering import command, engine_name

_CREATION = re.compile(
    r"CREATE TABLE IF NOT EXISTS (?P<database>\w+)\.(?P<table>\w+)\n.*"
    r"\nENGINE = (?P<engine>\w+MergeTree(?:\([^()\n]*\))?)[ \n](?:PARTITION BY .*\n)?"
    r"ORDER BY (?P<key>[^\n]+)\n",
    re.S,
)
_HELD = re.compile(r"\w+(?:\([^()]*\))?")
"""The engine at the head of ``engine_full``, with its arguments."""


def renew_layouts(client: Client, settings: Settings, creations: Sequence[str]) -> None:
    """Migrate tables to the engine and sort key that their CREATE statements name."""
    for creation in creations:
        wanted = _CREATION.match(creation)
        if wanted and not _is_laid_out(client, settings, wanted):
            for statement in _renewal(client, wanted, creation):
                command(client, settings, statement)


def _is_laid_out(client: Client, settings: Settings, wanted: re.Match[str]) -> bool:
    ((engine,),) = client.query(
        "SELECT engine_full FROM system.tables "
        "WHERE database = {database:String} AND name = {table:String}",
        parameters={"database": settings.clickhouse_database, "table": wanted["table"]},
    ).result_rows
    held = _HELD.match(engine)
    replicated = "Replicated" if settings.clickhouse_cluster else ""
    return (
        held is not None
        and engine_name(held[0]) == f"{replicated}{wanted['engine']}"
        and f"ORDER BY {wanted['key']} " in engine
    )


def _renewal(client: Client, wanted: re.Match[str], creation: str) -> Iterator[str]:
    old = f"{wanted['database']}.{wanted['table']}"
    new = f"{old}_renewed"
    yield f"DROP TABLE IF EXISTS {new}"
    yield creation.replace(old, new, 1)
    columns = ", ".join(_stored_columns(client, wanted))
    yield f"INSERT INTO {new} ({columns}) SELECT {columns} FROM {old}"  # noqa: S608 - names of the schema
    yield f"EXCHANGE TABLES {new} AND {old}"
    yield f"DROP TABLE {new}"


def _stored_columns(client: Client, wanted: re.Match[str]) -> list[str]:
    found = client.query(
        "SELECT name FROM system.columns WHERE database = {database:String} "
        "AND table = {table:String} AND default_kind IN ('', 'DEFAULT') ORDER BY position",
        parameters={"database": wanted["database"], "table": wanted["table"]},
    )
    return [str(name) for (name,) in found.result_rows]
