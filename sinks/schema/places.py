"""The place of every archived event in the table ``places``, noted by a view of each feed."""

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.settings import Settings
from sinks.schema.event_table import table_name
from sinks.schema.statements import FOLDER, cut, values


def place_statements(client: Client, settings: Settings, feed: Feed) -> list[str]:
    """What makes the view of a feed; none where it exists. Its table must exist already."""
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
    """Note the places of the last insert, if ClickHouse was killed between the rows and their view.

    Where the log is kept, the sink writes those rows again. To be called where it is gone.
    """
    sql = (FOLDER / "places_lost.sql").read_text(encoding="utf-8")
    client.command(sql.replace("{archive}", table_name(feed.name)), parameters={"feed": feed.name})
