"""One session of the engine: its settings, its statements, and its errors in one form."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from ioc.embedded.endpoint.errors import QueryError, from_engine
from ioc.embedded.endpoint.formats import DEFAULT_FORMAT

# A server's behaviour, where the library differs or changed recently.
BASE_SETTINGS = {"async_insert": "0", "implicit_select": "0"}

_SETTING_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Result:
    """A finished statement: its output in the requested format, and its statistics."""

    data: bytes
    rows: int
    read_rows: int
    read_bytes: int
    written_rows: int
    written_bytes: int


class Stream:
    """A running query, fetched piece by piece."""

    def __init__(self, stream: Any, session: "Session") -> None:
        self._stream = stream
        self._session = session

    def fetch(self) -> Result | None:
        """The next piece; None at the end."""
        with self._session.errors():
            piece = self._stream.fetch()
        return None if piece is None else _result(piece)


class Session:
    """A handle on the engine. Not thread-safe. Closing it ends everything that it started."""

    def __init__(
        self, handle: Any, errors: tuple[type[Exception], ...], settings: Mapping[str, str]
    ) -> None:
        self._handle = handle
        self._errors = errors
        try:
            self.apply(BASE_SETTINGS | dict(settings))
        except QueryError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def apply(self, settings: Mapping[str, str]) -> None:
        """Apply each setting; the engine refuses unknown ones."""
        for name in settings:
            if not _SETTING_NAME.fullmatch(name):
                raise QueryError(115, "UNKNOWN_SETTING", f"Unknown setting '{name}'.")
        pairs = ", ".join(f"{name} = {quote(value)}" for name, value in settings.items())
        self.run(f"SET {pairs}")

    def use(self, database: str) -> None:
        """Make `database` the current one."""
        self.run(f"USE {quote_name(database)}")

    def run(
        self,
        sql: str | bytes,
        params: Mapping[str, str] | None = None,
        output: str = DEFAULT_FORMAT,
    ) -> Result:
        """Run one statement to its end."""
        with self.errors():
            return _result(self._handle.query(sql, output, params=dict(params or {})))

    def scalar(self, sql: str, params: Mapping[str, str] | None = None) -> str:
        """The first value of a one-line answer."""
        return self.run(sql, params, "TSVRaw").data.decode().removesuffix("\n")

    def stream(self, sql: bytes, params: Mapping[str, str], output: str) -> Stream:
        """Start a SELECT whose result comes in pieces."""
        with self.errors():
            return Stream(self._handle.send_query(sql, output, params=dict(params)), self)

    def columns(self, query: bytes, params: Mapping[str, str]) -> list[tuple[str, str]]:
        """Name and type of a SELECT's columns; empty for any other statement."""
        try:
            statement = b"DESCRIBE TABLE (" + query + b"\n)"
            rows = self.run(statement, params, "JSONCompactEachRow").data.splitlines()
        except QueryError:
            return []
        return [(name, kind) for name, kind, *_ in map(json.loads, rows)]

    def close(self) -> None:
        """End the session, and with it any running stream."""
        self._handle.close()

    def classify(self, sql: bytes) -> dict[str, Any]:
        """The class and the number of statements in the text, which the engine only parses."""
        facts: dict[str, Any] = self._handle._conn.classify_query(sql)  # noqa: SLF001
        return facts

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn the library's errors into QueryError."""
        try:
            yield
        except self._errors as error:
            raise from_engine(str(error)) from error


def quote(text: str) -> str:
    """`text` as an SQL string literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def quote_name(name: str) -> str:
    """`name` as an SQL identifier."""
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"


def _result(raw: Any) -> Result:
    return Result(
        data=raw.bytes(),
        rows=raw.rows_read(),
        read_rows=raw.storage_rows_read(),
        read_bytes=raw.storage_bytes_read(),
        written_rows=raw.rows_written(),
        written_bytes=raw.bytes_written(),
    )
