"""A version's state and tables as files: statements, and the rows of each table."""

import gzip
from pathlib import Path

import orjson
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from tests.upgrade.stack import DATABASE

FIXTURE = Path(__file__).parent / "v0_1_0"
"""Written by the code of version 0.1.0 itself, with ``python -m tests.upgrade`` at commit 5635b85.

It is a recording, so that a clone without history or without that version's packages can be tested.
"""
TABLES = "tables.json"
LOADED_LATER = ("MaterializedView", "View")


def save(client: Client, folder: Path) -> int:
    """Write all rows and tables of the database; give the number of rows."""
    folder.mkdir(parents=True, exist_ok=True)
    found = client.query(
        "SELECT name, engine, create_table_query FROM system.tables"
        f" WHERE database = '{DATABASE}' ORDER BY name"
    ).result_rows
    (folder / TABLES).write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    total = 0
    for name, engine, _ in found:
        if engine in LOADED_LATER:
            continue
        rows = client.raw_query(f"SELECT * FROM {DATABASE}.{name} FORMAT JSONEachRow")
        total += rows.count(b"\n")
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(rows, mtime=0))
    return total


def load(client: Client, folder: Path) -> None:
    """Make the database as it was; views last, for some of them write into tables."""
    client.command(f"CREATE DATABASE {DATABASE}")
    found = orjson.loads((folder / TABLES).read_bytes())
    tables = [each for each in found if each[1] not in LOADED_LATER]
    for _, _, statement in tables:
        client.command(statement)
    for name, _, _ in tables:
        rows = gzip.decompress((folder / f"{name}.jsonl.gz").read_bytes())
        if rows:
            client.raw_insert(f"{DATABASE}.{name}", None, rows, fmt="JSONEachRow")
    waiting = [statement for _, engine, statement in found if engine in LOADED_LATER]
    while waiting:  # a view may read another one
        left = [statement for statement in waiting if not _made(client, statement)]
        assert len(left) < len(waiting), left
        waiting = left


def _made(client: Client, statement: str) -> bool:
    try:
        client.command(statement)
    except DatabaseError:
        return False
    return True
