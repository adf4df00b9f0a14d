"""The schema on a cluster of ClickHouse servers: statements run on all, rows are replicated.

The cluster has one shard: each server holds all rows, and any of them can answer. The macros
``{shard}`` and ``{replica}`` name its servers, as in ClickHouse's documentation of replication.
"""

import re
from collections.abc import Iterator, Mapping

from clickhouse_connect.driver.client import Client

from contracts.settings import Settings
from sinks.errors import SchemaError

KEEPER_PATH = "/clickhouse/tables/{uuid}/{shard}"
"""Where the replicas of a table meet: by the table's UUID, because layouts are renewed by
exchanging names. By name, a new table would meet the replicas of its predecessor."""

UNFILTERED = "replicated_deduplication_window = 0"
"""Makes a replicated table accept a repeated block. Otherwise an insert that is repeated after a
lost answer would not reach the view that fills ``places``."""

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
    """A statement of the schema, adapted to the settings' cluster; unchanged without a cluster.

    Inserts stay unchanged, because the other servers fetch the rows that one accepts.
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
    """Statements that set UNFILTERED on older replicated tables; ``definitions`` by table name."""
    for table, definition in definitions.items():
        if "ENGINE = Replicated" in definition and UNFILTERED not in definition:
            yield f"ALTER TABLE {database}.{table} MODIFY SETTING {UNFILTERED}"


def _replicated(engine: re.Match[str]) -> str:
    given = f", {engine['given']}" if engine["given"] else ""
    return f"Replicated{engine['engine']}('{KEEPER_PATH}', '{{replica}}'{given})"


def engine_name(engine: str) -> str:
    """An engine with its own arguments, without those of replication."""
    name, _, arguments = engine.partition("(")
    if not name.startswith("Replicated") or not arguments:
        return engine
    replicas = _REPLICAS.match(engine, len(name))
    given = replicas["given"] if replicas else None
    return f"{name}({given})" if given else name


def require_one_shard(client: Client, settings: Settings) -> None:
    """Raise SchemaError if the server does not know the cluster, or it has several shards."""
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
