"""The views that note the place of every archived event in the table ``places``."""

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.settings import Settings
from sinks.statements import FOLDER, cut, values


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
