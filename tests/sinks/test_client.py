"""Settings that clients of ClickHouse send with everything."""

from collections.abc import Callable

import pytest
from clickhouse_connect.driver.client import Client

from contracts.settings import Settings
from sinks.client import owner, reader, writer

SQL = "SELECT value FROM system.settings WHERE name = 'insert_deduplicate'"


@pytest.mark.parametrize("connect", [writer, owner])
def test_no_server_may_leave_out_a_block_that_is_sent_again(
    settings: Settings, client: Client, connect: Callable[[Settings], Client]
) -> None:
    """Told with each request, so that it holds whatever the server's own profile says."""
    client.command(f"CREATE DATABASE {settings.clickhouse_database}", use_database=False)
    with connect(settings) as connection:
        assert str(connection.get_client_setting("insert_deduplicate")) == "0"
        assert connection.query(SQL).result_rows == [("0",)]


def test_the_reader_sends_no_settings(settings: Settings, client: Client) -> None:
    """A read-only user may change none."""
    client.command(f"CREATE DATABASE {settings.clickhouse_database}", use_database=False)
    with reader(settings) as connection:
        assert connection.get_client_setting("insert_deduplicate") is None
