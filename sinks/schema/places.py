"""The place in the log of every archived event, which a view per feed writes to ``places``."""

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.settings import Settings
from sinks.schema.event_table import table_name
from sinks.schema.statements import FOLDER, cut, values


def place_statements(client: Client, settings: Settings, feed: Feed) -> list[str]:
    """Statements that create the view of a feed, whose table must exist; none if it exists."""
    found = client.query(
        "SELECT count() FROM system.tables WHERE database = {database:String} "
        "AND name = {view:String}",
        parameters={
            "database": settings.clickhouse_database,
            "view": f"places_{feed.name}_feed",
        },
    )
    if found.result_rows[0][0]:
        return []
    return cut(FOLDER / "places_feed.sql", values(settings) | {"feed": feed.name})


def note_lost_places(client: Client, feed: Feed) -> None:
    """Add the places of the last insert, if ClickHouse was killed between its rows and their view.

    Call this if the log is gone. Otherwise the sink writes those rows again.
    """
    sql = (FOLDER / "places_lost.sql").read_text(encoding="utf-8")
    client.command(sql.replace("{archive}", table_name(feed.name)), parameters={"feed": feed.name})
