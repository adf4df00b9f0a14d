"""Writes the results of audits to their table."""

from clickhouse_connect.driver.client import Client

from sinks.audit.result import FeedAudit
from sinks.audit.statement import EPOCH
from sinks.small_inserts import add_rows

SINK, COMMAND = "sink", "command"
"""Origin of an audit: the sink itself, or ``ioc audit``."""


def note(client: Client, found: FeedAudit, origin: str) -> None:
    """Add a row, with the server's time. Raises ClickHouseError."""
    ((now,),) = client.query("SELECT now64(3, 'UTC')").result_rows
    account = found.account
    row = {
        "audited_at": now,
        "feed": found.feed,
        "since": found.since,
        "published": account.published,
        "archived": account.archived,
        "rejected": account.rejected,
        "duplicates": account.duplicates,
        "late": account.late,
        "missing": account.missing,
        "unarchived": account.unarchived,
        "double": account.double,
        "panes_checked": found.panes_checked,
        "panes_moving": found.panes_moving,
        "panes_wrong": found.panes_wrong,
        "panes_repaired": found.panes_repaired,
        "rollups_checked": found.rollups_checked,
        "rollups_wrong": found.rollups_wrong,
        "gauges_checked": found.gauges_checked,
        "gauges_wrong": found.gauges_wrong,
        "gauges_repaired": found.gauges_repaired,
        "seconds": found.seconds,
        "detail": "\n".join(found.faults),
        "origin": origin,
    }
    add_rows(client, "audit", [tuple(row.values())], tuple(row))


def age_s(client: Client, origin: str) -> float:
    """Seconds since the newest audit of an origin, in any process. Raises ClickHouseError.

    Ignores audits in the future, noted before the server's clock was set back.
    """
    ((now, last),) = client.query(
        "SELECT now64(3, 'UTC') AS now, maxIf(audited_at, audited_at <= now)"
        " FROM audit WHERE origin = {origin:String}",
        parameters={"origin": origin},
    ).result_rows
    return float((now - (last or EPOCH)).total_seconds())
