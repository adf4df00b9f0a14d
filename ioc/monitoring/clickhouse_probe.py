"""Probes ClickHouse."""

from collections.abc import Callable
from functools import partial

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.errors import UnavailableError
from contracts.settings import Settings
from ioc.monitoring.dependencies import ANSWER_S
from sinks.client import address, brief, reader, writer


class ClickHouse:
    """Asks ClickHouse the query ``sql``, which returns 1 if all is well."""

    def __init__(
        self,
        settings: Settings,
        connect: Callable[[Settings], Client],
        sql: str,
        fault: str,
        *,
        is_vital: bool,
    ) -> None:
        self.is_vital = is_vital
        self._settings = settings
        self._connect = connect
        self._sql, self._fault = sql, fault
        self._client: Client | None = None

    def ask(self) -> str | None:
        """See Probe."""
        try:
            if self._client is None:
                self._client = self._connect(self._settings)
            ((answer,),) = self._client.query(self._sql).result_rows
        except (UnavailableError, ClickHouseError, OSError) as error:
            self.close()
            return f"ClickHouse at {address(self._settings)} does not answer ({brief(error)})"
        return None if answer == 1 else self._fault

    def close(self) -> None:
        """See Probe."""
        if self._client is not None:
            self._client.close()
            self._client = None


def schema(settings: Settings) -> ClickHouse:
    """Probes the tables that a sink writes to."""
    database = settings.clickhouse_database
    fault = f"ClickHouse has no tables in database {database}: run `ioc schema apply`"
    connect = partial(writer, answer_s=ANSWER_S)
    return ClickHouse(settings, connect, f"EXISTS TABLE {database}.panes", fault, is_vital=False)


def engine(settings: Settings) -> ClickHouse:
    """Probes the embedded engine with a query of the read-only user."""
    connect = partial(reader, answer_s=ANSWER_S)
    fault = "ClickHouse does not know what 1 is"
    return ClickHouse(settings, connect, "SELECT 1", fault, is_vital=True)
