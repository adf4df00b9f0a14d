"""ClickHouse's errors as one sentence each."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.errors import IocError, UnavailableError
from contracts.settings import Settings
from sinks import client
from sinks.faults import code_of

_MISSING = frozenset({60, 81})
"""Codes of ClickHouse for an unknown table and an unknown database."""
_MESSAGE = re.compile(r"Code: (\d+)\. DB::Exception: (.*?)(?: Expected one of:| \(version|$)", re.S)


@contextmanager
def explained(settings: Settings) -> Iterator[None]:
    """Turn ClickHouse's errors into sentences that name the server and the database.

    Raises:
        UnavailableError: ClickHouse does not answer, or failed.
        IocError: the schema lacks a table.
    """
    try:
        yield
    except ClickHouseError as error:
        where = f"ClickHouse at {client.address(settings)}, database {settings.clickhouse_database}"
        if is_missing(error):
            raise IocError(
                f"{where}: lacks tables of this version: run `ioc schema apply` "
                f"({client.brief(error)})"
            ) from None
        raise UnavailableError(f"{where}: {client.brief(error)}") from None


def is_missing(error: ClickHouseError) -> bool:
    """Whether it names a table or database that does not exist."""
    return code_of(error) in _MISSING


def message_of(error: ClickHouseError) -> str:
    """ClickHouse's own error message, on one line, with its code."""
    match = _MESSAGE.search(str(error))
    return f"ClickHouse: {match[2].strip()} (code {match[1]})" if match else client.brief(error)
