"""ClickHouse connections whose errors become one sentence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.errors import IocError, UnavailableError
from contracts.settings import Settings
from sinks import client
from sinks.faults import code_of

NOT_THERE = frozenset({60, 81})
"""Codes of ClickHouse for an unknown table and an unknown database."""


@contextmanager
def asking(
    settings: Settings, connect: Callable[[Settings], Client] = client.reader
) -> Iterator[Client]:
    """A connection, by default of the read-only user.

    Raises:
        UnavailableError: ClickHouse does not answer.
        IocError: the schema lacks a table.
    """
    with connect(settings) as connection:
        try:
            yield connection
        except ClickHouseError as error:
            where = f"ClickHouse at {client.address(settings)}"
            if code_of(error) in NOT_THERE:
                raise IocError(
                    f"{where}: database {settings.clickhouse_database} lacks a table for this: "
                    f"bring it up to date with `ioc schema apply` ({client.brief(error)})"
                ) from None
            raise UnavailableError(f"{where} failed: {client.brief(error)}") from None
