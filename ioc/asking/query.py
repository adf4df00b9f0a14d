"""``ioc query``: runs one statement as the read-only user."""

import csv
import sys
from collections.abc import Sequence
from datetime import datetime

import orjson
from clickhouse_connect.driver.exceptions import ClickHouseError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.errors import IocError
from contracts.settings import Settings
from ioc.asking.explained import message_of
from sinks import client

FORMATS = ("table", "json", "csv")
MOST_ROWS = 1_000
WIDEST = 100_000
"""Width of the table: more than any row has, so that no cell is folded."""


def run_query(settings: Settings, sql: str, output: str) -> None:
    """Print the result of a statement.

    Raises:
        IocError: an unknown format, or ClickHouse's own message on a wrong statement.
        UnavailableError: ClickHouse does not answer.
    """
    if output not in FORMATS:
        raise IocError(f"--format {output}: there are {', '.join(FORMATS)}")
    with client.reader(settings) as connection:
        try:
            result = connection.query(sql)
        except ClickHouseError as error:
            raise IocError(message_of(error)) from None
    if output == "table":
        _print_table(result.column_names, result.result_rows)
    elif output == "json":
        _print_json(result.column_names, result.result_rows)
    else:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(result.column_names)
        writer.writerows(result.result_rows)


def _print_json(names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """An array of objects, one a line; values without a JSON type become text."""
    lines = (orjson.dumps(dict(zip(names, row, strict=True)), default=str) for row in rows)
    sys.stdout.buffer.write(b"[\n" + b",\n".join(lines) + b"\n]\n")


def _print_table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """One line a row, however long; no cell is read as markup."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, name in enumerate(names):
        is_number = bool(rows) and isinstance(rows[0][index], int | float)
        table.add_column(Text(name), justify="right" if is_number else "left", no_wrap=True)
    for row in rows[:MOST_ROWS]:
        table.add_row(*(Text(_cell(value)) for value in row))
    Console(width=WIDEST).print(table)
    if len(rows) > MOST_ROWS:
        hint = "add a LIMIT, or take all with --format csv"
        sys.stdout.write(f"{MOST_ROWS:,} of {len(rows):,} rows are shown: {hint}\n")


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}" + ("Z" if value.tzinfo else "")
    return str(value)
