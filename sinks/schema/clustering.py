"""The schema on a cluster of ClickHouse servers: every statement on all of them, rows replicated.

One shard, so that each server holds all rows and any of them answers for all; its servers are named
by the macros ``{shard}`` and ``{replica}``, as ClickHouse's documentation of replication has it.
"""

import re
from collections.abc import Iterator, Mapping

from clickhouse_connect.driver.client import Client

from contracts.settings import Settings
from sinks.errors import SchemaError

KEEPER_PATH = "/clickhouse/tables/{uuid}/{shard}"
"""Where replicas find each other. By the table's UUID, since layouts are renewed by exchanging
names: by name, the next table of that name would meet the replicas of the one before."""

UNFILTERED = "replicated_deduplication_window = 0"
"""The setting by which a replicated table takes a block that it has had before. An insert that is
repeated after a lost answer would else not reach the view that fills ``places``."""

_DDL = re.compile(
    r"(?:CREATE (?:OR REPLACE )?(?:DATABASE|TABLE|VIEW|MATERIALIZED VIEW)(?: IF NOT EXISTS)?"
    r"|ALTER TABLE|DROP TABLE(?: IF EXISTS)?) \S+|EXCHANGE TABLES \S+ AND \S+"
)
_ENGINE = re.compile(r"(?<=\nENGINE = )(?P<engine>\w*MergeTree)(?:\((?P<given>[^()\n]*)\))?")
_TABLE_COMMENT = re.compile(r"(?=\nCOMMENT '(?:[^'\\]|\\.|'')*'\s*\Z)|\s*\Z")
_REPLICAS = re.compile(r"\('[^']*', '[^']*'(?:, (?P<given>[^()]*))?\)")


def command(client: Client, settings: Settings, statement: str) -> None:
    """Run a statement of the schema, on the whole cluster if the settings name one."""
    client.command(clustered(statement, settings))


def clustered(statement: str, settings: Settings) -> str:
    """A statement of the schema as the settings' cluster takes it; as it is where there is none.

    Inserts stay as they are: what one server takes, the others fetch.
    """
    found = _DDL.match(statement) if settings.clickhouse_cluster else None
    if found is None:
        return statement
    where = f"{found[0]} ON CLUSTER '{settings.clickhouse_cluster}'"
    replicated, count = _ENGINE.subn(_replicated, where + statement[found.end() :], count=1)
    if not count:
        return replicated
    setting = ", " if "\nSETTINGS " in replicated else "\nSETTINGS "
    return _TABLE_COMMENT.sub(f"{setting}{UNFILTERED}", replicated, 1)


def unfiltered(database: str, definitions: Mapping[str, str]) -> Iterator[str]:
    """Statements for replicated tables of before, by their CREATE statements in ``definitions``."""
    for table, definition in definitions.items():
        if "ENGINE = Replicated" in definition and UNFILTERED not in definition:
            yield f"ALTER TABLE {database}.{table} MODIFY SETTING {UNFILTERED}"


def _replicated(engine: re.Match[str]) -> str:
    given = f", {engine['given']}" if engine["given"] else ""
    return f"Replicated{engine['engine']}('{KEEPER_PATH}', '{{replica}}'{given})"


def engine_name(engine: str) -> str:
    """An engine and its own arguments, without those that say where its replicas meet."""
    name, _, arguments = engine.partition("(")
    if not name.startswith("Replicated") or not arguments:
        return engine
    replicas = _REPLICAS.match(engine, len(name))
    given = replicas["given"] if replicas else None
    return f"{name}({given})" if given else name


def require_one_shard(client: Client, settings: Settings) -> None:
    """Raise SchemaError if the server knows no such cluster, or one that parts the rows."""
    cluster = settings.clickhouse_cluster
    if not cluster:
        return
    shards = client.command(
        "SELECT uniqExact(shard_num) FROM system.clusters WHERE cluster = {cluster:String}",
        parameters={"cluster": cluster},
        use_database=False,  # it need not exist yet
    )
    if shards != 1:
        what = f"has {shards} shards" if shards else "is not known to the server"
        raise SchemaError(
            f"IOC_CLICKHOUSE_CLUSTER={cluster}: that cluster {what}; name one of a single shard, "
            "whose replicas each hold all rows (see system.clusters)"
        )
