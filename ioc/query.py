"""``ioc query``: one statement, as the read-only user."""

import sys
from collections.abc import Sequence

from clickhouse_connect.driver.exceptions import ClickHouseError
from rich.console import Console
from rich.table import Table

from contracts.errors import IocError
from contracts.settings import Settings
from sinks import client

FORMATS = ("table", "json", "csv")


def run_query(settings: Settings, sql: str, output: str) -> None:
    """Print the result of a statement.

    Raises:
        IocError: an unknown format, or ClickHouse's own message on a wrong statement.
        UnavailableError: ClickHouse does not answer.
    """
    if output not in FORMATS:
        raise IocError(f"--format {output}: there are {', '.join(FORMATS)}")
    with client.reader(settings) as connection:
        connection.database = settings.clickhouse_database
        try:
            if output == "table":
                result = connection.query(sql)
                _print_table(result.column_names, result.result_rows)
            else:
                _print_raw(connection.raw_query(sql, fmt=_raw_format(output), settings=_RAW))
        except ClickHouseError as error:
            raise IocError(client.brief(error)) from None


_RAW = {"output_format_json_array_of_rows": 1, "output_format_json_quote_64bit_integers": 0}


def _raw_format(output: str) -> str:
    return "JSONEachRow" if output == "json" else "CSVWithNames"


def _print_raw(body: bytes) -> None:
    sys.stdout.buffer.write(body if body.endswith(b"\n") else body + b"\n")


def _print_table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, name in enumerate(names):
        is_number = bool(rows) and isinstance(rows[0][index], int | float)
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*("–" if value is None else str(value) for value in row))
    Console().print(table)
