"""Brings ClickHouse to the schema that this version of the pipeline needs."""

from collections.abc import Sequence

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.reference.province import Reference
from contracts.reference.targets import Target
from contracts.settings import Settings
from sinks.client import address, brief
from sinks.faults import is_retryable
from sinks.operations import SCHEMA, note
from sinks.rollups.rolling import roll_up_missing
from sinks.schema.clustering import clustered, command, require_one_shard, unfiltered
from sinks.schema.dimensions import differs, dimension_rows, refresh
from sinks.schema.event_table import table_name
from sinks.schema.event_table_changes import plan
from sinks.schema.figures import figure_statements
from sinks.schema.gauge_rollups import gauge_statements
from sinks.schema.layout import renew_layouts
from sinks.schema.places import place_statements
from sinks.schema.statements import statements

Definitions = dict[str, str]


def apply(
    client: Client,
    settings: Settings,
    feeds: Sequence[Feed],
    reference: Reference,
    targets: Sequence[Target] = (),
) -> list[str]:
    """Create and alter tables and views as needed; return the names of those that changed.

    A second call changes nothing.

    Raises:
        SchemaError: a feed's table can't follow its contract; nothing was altered.
        UnavailableError: ClickHouse went away meanwhile; applying again finishes the work.
    """
    try:
        return _apply(client, settings, feeds, dimension_rows(feeds, reference, targets))
    except ClickHouseError as error:
        if not is_retryable(error):
            raise
        raise UnavailableError(
            f"ClickHouse at {address(settings)} stopped answering while its schema was applied; "
            f"apply it again ({brief(error)})"
        ) from None


def _apply(
    client: Client,
    settings: Settings,
    feeds: Sequence[Feed],
    rows: dict[str, list[tuple[object, ...]]],
) -> list[str]:
    create_database, *creations = statements(settings)
    require_one_shard(client, settings)
    client.command(clustered(create_database, settings), use_database=False)
    before = _definitions(client, settings)
    planned = [change for feed in feeds for change in plan(client, settings, feed)]
    for statement in (*creations, *planned):
        command(client, settings, statement)
    renew_layouts(client, settings, creations)
    for feed in feeds:
        for statement in place_statements(client, settings, feed):
            command(client, settings, statement)
    for statement in (*gauge_statements(client, settings), *figure_statements(settings)):
        command(client, settings, statement)
    for statement in _ttl_changes(client, settings, feeds):
        command(client, settings, statement)
    for statement in unfiltered(settings.clickhouse_database, _definitions(client, settings)):
        command(client, settings, statement)
    _forget_figures(client, settings, rows)
    after = _definitions(client, settings)
    changed = [name for name, definition in after.items() if before.get(name) != definition]
    refreshed = [
        table for table, wanted in rows.items() if refresh(client, settings, table, wanted)
    ]
    rolled = ["rollups"] if roll_up_missing(client) else []
    names = list(dict.fromkeys([*changed, *refreshed, *rolled]))
    if names:
        note(client, SCHEMA, "schema", ", ".join(names))
    return names


def _forget_figures(
    client: Client, settings: Settings, rows: dict[str, list[tuple[object, ...]]]
) -> None:
    """Before formulas change, drop what was made by them: it is missing then, and made again."""
    figures = f"{settings.clickhouse_database}.period_figures"
    made = client.query(f"SELECT 1 FROM {figures} WHERE as_of IS NULL LIMIT 1").result_rows  # noqa: S608 - a name of the schema
    if made and differs(client, settings, "indicator_formulas", rows["indicator_formulas"]):
        delete = f"ALTER TABLE {figures} DELETE WHERE as_of IS NULL"
        client.command(clustered(delete, settings), settings={"mutations_sync": 2})


def _definitions(client: Client, settings: Settings) -> Definitions:
    found = client.query(
        "SELECT name, create_table_query FROM system.tables WHERE database = {database:String} "
        "ORDER BY name",
        parameters={"database": settings.clickhouse_database},
    )
    return {str(name): str(definition) for name, definition in found.result_rows}


def _ttl_changes(client: Client, settings: Settings, feeds: Sequence[Feed]) -> list[str]:
    """Statements for tables whose retention differs from the settings."""
    wanted = {
        "panes": ("emitted_at", settings.ttl_panes_days),
        "indicators": ("computed_at", settings.ttl_indicators_days),
        "rejects": ("rejected_at", settings.ttl_rejects_days),
        "audit": ("audited_at", settings.ttl_audit_days),
        "operations": ("at", settings.ttl_audit_days),
        "places": ("archived_at", settings.ttl_events_days),
        "reject_replays": ("replayed_at", settings.ttl_rejects_days),
        **{table_name(feed.name): ("archived_at", settings.ttl_events_days) for feed in feeds},
    }
    held = _definitions(client, settings)
    return [
        f"ALTER TABLE {settings.clickhouse_database}.{table} MODIFY TTL "
        f"toDateTime({column}) + toIntervalDay({days}) SETTINGS materialize_ttl_after_modify = 0"
        for table, (column, days) in wanted.items()
        if f"toIntervalDay({days})" not in held[table]
    ]
