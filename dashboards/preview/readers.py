"""Queries ClickHouse as the read-only user, in a few threads with a client each."""

import re
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import TypeAlias

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, OperationalError

from contracts.access.clients import clickhouse_options
from contracts.access.writer_password import reader_password_of_parts
from contracts.errors import IocError, UnavailableError
from contracts.settings import Settings
from dashboards.preview.frames import Table

THREADS = 4
CONNECT_TIMEOUT_S = 3
ANSWER_TIMEOUT_S = 30
LONGEST = 300
_MESSAGE = re.compile(
    r"Code: (\d+)\.? ?(?:DB::Exception: )?(.*?)(?: Expected one of:| \(version|$)", re.S
)
_ERRNO = re.compile(r"\[Errno -?\d+\] ([\w ]+)")
Question: TypeAlias = tuple[str, "Future[Table]"]


class QueryError(IocError):
    """ClickHouse refused a query. Carries its own sentence."""


class Readers:
    """Answers queries in their order, ``threads`` at a time.

    The threads are daemons, so a running query does not delay the end of the process.
    """

    def __init__(self, settings: Settings, threads: int = THREADS) -> None:
        self._settings = settings
        self._questions: SimpleQueue[Question] = SimpleQueue()
        for number in range(threads):
            Thread(target=self._answer_all, name=f"reader-{number}", daemon=True).start()

    @property
    def address(self) -> str:
        """Host and port of ClickHouse, for messages."""
        return f"{self._settings.clickhouse_host}:{self._settings.clickhouse_port}"

    def ask(self, sql: str) -> "Future[Table]":
        """A future with the rows of a statement, or with QueryError or UnavailableError."""
        future: Future[Table] = Future()
        self._questions.put((sql, future))
        return future

    def _answer_all(self) -> None:
        client: Client | None = None
        while True:
            sql, future = self._questions.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                client = client or self._connect()
                future.set_result(_read(client, sql))
            except (OperationalError, UnavailableError, OSError) as error:
                _close(client)  # it may be unusable after such an error
                client = None
                future.set_exception(UnavailableError(_sentence(error)))
            except ClickHouseError as error:
                future.set_exception(QueryError(_sentence(error)))
            except Exception as error:  # noqa: BLE001 - the asker gets it; the thread lives on
                _close(client)
                client = None
                future.set_exception(QueryError(f"{type(error).__name__}: {error}"))

    def _connect(self) -> Client:
        settings = self._settings
        try:
            client = clickhouse_connect.get_client(
                **clickhouse_options(
                    settings, settings.clickhouse_reader, reader_password_of_parts(settings)
                ),
                connect_timeout=CONNECT_TIMEOUT_S,
                send_receive_timeout=ANSWER_TIMEOUT_S,
                autogenerate_session_id=False,
                show_clickhouse_errors=True,
                tz_mode="aware",
            )
        except DatabaseError as error:
            raise UnavailableError(_sentence(error)) from None
        # Set only after the greeting, because the database may not exist yet.
        client.database = settings.clickhouse_database
        return client


def _read(client: Client, sql: str) -> Table:
    result = client.query(sql)
    names = list(result.column_names)
    types = [str(one.name) for one in result.column_types]
    columns = list(result.result_columns) or [() for _ in names]
    return Table(names, types, columns)


def _close(client: Client | None) -> None:
    if client is not None:
        client.close()


def _sentence(error: BaseException) -> str:
    """ClickHouse's message with its code on one line, or the reason why a connection failed."""
    reason = _ERRNO.search(str(error))
    if reason:
        return reason[1]
    text = " ".join(str(error).split()) or type(error).__name__
    found = _MESSAGE.search(text)
    brief = f"{found[2].strip()} (mã {found[1]})" if found else text
    return brief if len(brief) <= LONGEST else f"{brief[:LONGEST]}…"
