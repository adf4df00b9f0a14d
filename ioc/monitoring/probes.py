"""Asks what a process depends on whether it answers."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from contracts.access import kafka_options
from contracts.errors import UnavailableError
from contracts.settings import Settings
from contracts.topics import PANES
from sinks.client import address, brief, reader, writer

ANSWER_S = 4
ANSWER_MS = ANSWER_S * 1000


class Probe(Protocol):
    """One dependency. Used by one thread.

    Without a vital one the process can't get on; without another it only can't do all its work,
    which shows where that waits.
    """

    is_vital: bool

    def ask(self) -> str | None:
        """What is wrong with it, in one sentence; None where it answers. Takes some seconds."""

    def close(self) -> None:
        """Close the connection."""


class Broker:
    """Does Kafka answer, and are there topics? It is asked, for a paused broker still connects."""

    is_vital = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._admin: KafkaAdminClient | None = None

    def ask(self) -> str | None:
        """As of a Probe."""
        try:
            if self._admin is None:
                self._admin = KafkaAdminClient(
                    **kafka_options(self._settings),
                    client_id="ioc-health",
                    bootstrap_timeout_ms=ANSWER_MS,
                    request_timeout_ms=ANSWER_MS,
                )
            topics = self._admin.list_topics()
        except (KafkaError, OSError) as error:
            self.close()
            where = self._settings.kafka_bootstrap
            return f"Kafka at {where} does not answer ({type(error).__name__})"
        return None if PANES in topics else f"Kafka has no topic {PANES}: run `ioc topics apply`"

    def close(self) -> None:
        """As of a Probe."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None


class ClickHouse:
    """Does ClickHouse answer the query ``sql``? The first value says so with a 1."""

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
        """As of a Probe."""
        try:
            if self._client is None:
                self._client = self._connect(self._settings)
            ((answer,),) = self._client.query(self._sql).result_rows
        except (UnavailableError, ClickHouseError, OSError) as error:
            self.close()
            return f"ClickHouse at {address(self._settings)} does not answer ({brief(error)})"
        return None if answer == 1 else self._fault

    def close(self) -> None:
        """As of a Probe."""
        if self._client is not None:
            self._client.close()
            self._client = None


def schema(settings: Settings) -> ClickHouse:
    """Are the tables there that a sink writes to?"""
    database = settings.clickhouse_database
    fault = f"ClickHouse has no tables in database {database}: run `ioc schema apply`"
    connect = partial(writer, answer_s=ANSWER_S)
    return ClickHouse(settings, connect, f"EXISTS TABLE {database}.panes", fault, is_vital=False)


def engine(settings: Settings) -> ClickHouse:
    """Does the embedded engine answer a query of the read-only user?"""
    connect = partial(reader, answer_s=ANSWER_S)
    fault = "ClickHouse does not know what 1 is"
    return ClickHouse(settings, connect, "SELECT 1", fault, is_vital=True)
