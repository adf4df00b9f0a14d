"""Inserts a few rows that the process itself has made."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from clickhouse_connect.driver.client import Client

SETTINGS = {
    "async_insert": 0,
    "date_time_input_format": "best_effort",
    "input_format_null_as_default": 0,
    "precise_float_parsing": 1,
}


def add_rows(
    client: Client, table: str, rows: Iterable[Sequence[Any]], columns: Sequence[str] = ()
) -> None:
    """Insert rows; without ``columns`` they hold all of the table's. Raises ClickHouseError.

    The client's own ``insert`` would load pandas and pyarrow, which occupy 90 MB from then on.
    """
    body = b"\n".join(map(orjson.dumps, rows))
    if body:
        client.raw_insert(table, columns or None, body, SETTINGS, fmt="JSONCompactEachRow")
