"""Views that keep the last figures of gauges: one behind the table of figures, one behind that."""

from clickhouse_connect.driver.client import Client

from contracts.settings import Settings
from sinks.schema.figures import period_start
from sinks.schema.statements import FOLDER, cut, fill, values

VIEWS = {"gauge_rollups_feed": "gauge_rollup_rows", "gauge_figures_feed": "gauge_figure_rows"}
"""Each view with the rows that it makes; the second makes longer periods of the first's."""


def gauge_statements(client: Client, settings: Settings) -> list[str]:
    """Statements that create the views and roll up older figures; none for one that exists."""
    found = client.query(
        "SELECT name FROM system.tables WHERE database = {database:String}",
        parameters={"database": settings.clickhouse_database},
    )
    held = {str(name) for (name,) in found.result_rows}
    known = values(settings) | {"start": period_start("longer")}
    return [
        statement
        for view, name in VIEWS.items()
        if view not in held
        for statement in cut(FOLDER / f"{view}.sql", known | {"rows": fill(_text(name), known)})
    ]


def _text(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8").strip()
