"""The schema as a cluster takes it, parsed by the engine statement by statement."""

import re
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from contracts.registry import FEEDS
from contracts.settings import Settings
from sinks.errors import SchemaError
from sinks.schema.clustering import engine_name, unfiltered
from tests.sinks.stack import make_schema

CLUSTER = "ioc_cluster"
ON_CLUSTER = f" ON CLUSTER '{CLUSTER}'"
PATH = "'/clickhouse/tables/{uuid}/{shard}', '{replica}'"


class OneServer:
    """A cluster of the one engine at hand: it has each statement parsed, and does it alone."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.formatted: list[str] = []
        """The statements in the form of the engine's own formatter."""

    def command(self, sql: str, **options: Any) -> Any:
        if "system.clusters" in sql:
            assert options["parameters"] == {"cluster": CLUSTER}
            return 1
        formatted = self._client.command(
            "SELECT formatQuerySingleLine({sql:String})",
            parameters={"sql": sql},
            use_database=False,
        )
        self.formatted.append(str(formatted).replace("\\'", "'"))  # it comes escaped
        alone = sql.replace(ON_CLUSTER, "").replace(f"({PATH})", "").replace(f"({PATH}, ", "(")
        return self._client.command(alone.replace("ENGINE = Replicated", "ENGINE = "), **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


@pytest.fixture
def on_cluster(settings: Settings) -> Settings:
    return settings.model_copy(update={"clickhouse_cluster": CLUSTER})


def test_every_statement_of_the_schema_is_one_of_a_cluster(
    client: Client, on_cluster: Settings
) -> None:
    cluster: Any = OneServer(client)
    make_schema(cluster, on_cluster, FEEDS)
    definitions = [sql for sql in cluster.formatted if not sql.startswith("INSERT ")]
    assert len(definitions) > 40
    for sql in definitions:
        assert f"ON CLUSTER {CLUSTER}" in sql, sql
    created = [sql for sql in definitions if sql.startswith("CREATE TABLE") and " AS " not in sql]
    engines = {
        re.search(r"^CREATE TABLE(?: IF NOT EXISTS)? \w+\.(\w+)", sql)[1]: (  # type: ignore[index]
            re.search(r"ENGINE = (\w+\(.*?\))", sql) or [""]
        )[1]
        for sql in created
    }
    assert engines["panes"] == f"ReplicatedReplacingMergeTree({PATH}, version)"
    assert engines["rejects"] == f"ReplicatedReplacingMergeTree({PATH})"
    assert engines["units"] == f"ReplicatedMergeTree({PATH})"
    assert engines["events_press"] == f"ReplicatedReplacingMergeTree({PATH})"
    assert all(engine.startswith("Replicated") for engine in engines.values())
    for sql in created:
        assert "replicated_deduplication_window = 0" in sql, sql
        assert re.search(r"COMMENT '.+'$", sql), sql  # the table's comment is kept


def test_a_replicated_table_of_before_takes_repeated_blocks_too() -> None:
    """A block that it left out would not reach the view that fills places either."""
    held = {
        "panes": f"CREATE TABLE ioc.panes (…) ENGINE = ReplicatedReplacingMergeTree({PATH})",
        "rejects": "CREATE TABLE ioc.rejects (…) ENGINE = ReplacingMergeTree",
        "places": f"CREATE TABLE ioc.places (…) ENGINE = ReplicatedMergeTree({PATH}) ORDER BY x"
        " SETTINGS replicated_deduplication_window = 0, index_granularity = 8192",
        "indicator_latest": "CREATE VIEW ioc.indicator_latest (…) AS SELECT 1",
    }
    assert list(unfiltered("ioc", held)) == [
        "ALTER TABLE ioc.panes MODIFY SETTING replicated_deduplication_window = 0"
    ]


def test_an_unknown_cluster_is_one_sentence(client: Client, on_cluster: Settings) -> None:
    with pytest.raises(SchemaError) as caught:
        make_schema(client, on_cluster, FEEDS)
    assert str(caught.value).startswith(
        f"IOC_CLICKHOUSE_CLUSTER={CLUSTER}: that cluster is not known to the server; name one"
    )


@pytest.mark.parametrize(
    ("held", "plain"),
    [
        ("ReplacingMergeTree(rank)", "ReplacingMergeTree(rank)"),
        ("MergeTree", "MergeTree"),
        (f"ReplicatedReplacingMergeTree({PATH}, rank)", "ReplicatedReplacingMergeTree(rank)"),
        (f"ReplicatedMergeTree({PATH})", "ReplicatedMergeTree"),
        (
            "ReplicatedMergeTree('/clickhouse/tables/0b6a…/01', 'server-1')",
            "ReplicatedMergeTree",
        ),
    ],
)
def test_where_replicas_meet_is_no_part_of_a_layout(held: str, plain: str) -> None:
    assert engine_name(held) == plain
