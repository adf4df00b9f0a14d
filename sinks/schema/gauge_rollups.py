"""The view that keeps the last figures of gauges by hour and day."""

from clickhouse_connect.driver.client import Client

from contracts.settings import Settings
from sinks.schema.statements import FOLDER, cut, fill, values

VIEW = "gauge_rollups_feed"


def gauge_statements(client: Client, settings: Settings) -> list[str]:
    """Statements that create the view and roll up older figures; none if the view exists."""
    database = settings.clickhouse_database
    found = client.query(
        "SELECT count() FROM system.tables WHERE database = {database:String} "
        "AND name = {view:String}",
        parameters={"database": database, "view": VIEW},
    )
    if found.result_rows[0][0]:
        return []
    known = values(settings)
    rows = fill((FOLDER / "gauge_rows.sql").read_text(encoding="utf-8").strip(), known)
    return cut(FOLDER / f"{VIEW}.sql", known | {"rows": rows})
