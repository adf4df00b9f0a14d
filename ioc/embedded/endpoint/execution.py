"""Runs one statement that returns a result. Every method here blocks: call it on a lane."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

from ioc.embedded.endpoint.admission import READ_ONLY, admit, open_session
from ioc.embedded.endpoint.call import Call
from ioc.embedded.endpoint.compression import PIECE
from ioc.embedded.endpoint.engine import Engine
from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.external import ExternalTable
from ioc.embedded.endpoint.formats import NATIVE, STREAMABLE
from ioc.embedded.endpoint.framing import answer_encoder
from ioc.embedded.endpoint.native_blocks import Column, empty, with_zones
from ioc.embedded.endpoint.readers import check_format
from ioc.embedded.endpoint.session import Session
from ioc.embedded.endpoint.statement import Tail, inserts, tail
from ioc.embedded.endpoint.status import QUERY_WAS_CANCELLED
from ioc.embedded.endpoint.totals import Totals

_SPOOLED = 8 << 20
EXCEPTION_TAG_LENGTH = 16
# With these, the engine's pieces joined differ from its output in one go.
_WHOLE_RESULT_SETTINGS = frozenset({"extremes", "output_format_json_array_of_rows"})


@dataclass(frozen=True)
class Page:
    """Part of the encoded answer, whether it is the last, and the error that ended it, if any."""

    data: bytes
    last: bool
    error: QueryError | None = None


class Execution:
    """A statement in progress: `begin`, then `more` until a page is the last, then `close`."""

    def __init__(
        self, engine: Engine, call: Call, sql: bytes, tables: Sequence[ExternalTable] = ()
    ) -> None:
        self._engine = engine
        self.call = call
        self._sql = sql
        self._tables = tables
        self._session: Session | None = None
        self._pieces: Iterator[bytes] = iter(())
        # The result's format; None once it turns out that the statement has no result.
        self.output: str | None = None
        self._coder = answer_encoder(call.encoding, framed=call.framed)
        self._stopped = False
        self.totals = Totals()

    def begin(self) -> Page:
        """Start; returns the first page, so that an early error gets its own HTTP status."""
        session = self._session = open_session(self._engine, self.call, self._tables)
        kind = admit(session, self.call, self._sql)
        # An INSERT may contain megabytes of rows, and returns no result.
        insert = Tail(None, totals=False, body=b"")
        ending = insert if inserts(self._sql) else tail(self._sql)
        self.output = ending.format or self.call.default_format
        if self.call.user.readonly:
            check_format(self.output)
        streams = (
            kind == READ_ONLY
            and self.output in STREAMABLE
            and not ending.totals
            and not _WHOLE_RESULT_SETTINGS & self.call.settings.keys()
        )
        results = self._results(session, streams=streams)
        if self.output == NATIVE and kind == READ_ONLY:
            results = self._with_heads(results, ending.body)
        self._pieces = self._encoded(results)
        if self.call.whole:
            self._pieces = _spool(self._pieces)
        page = self._page()
        if kind != READ_ONLY and not self.totals.result_bytes:
            self.output = None
            return Page(b"", last=True)
        return page

    def more(self) -> Page:
        """The next page. An error becomes a page, because the status was sent already."""
        try:
            return self._page()
        except QueryError as error:
            return Page(self._farewell(error), last=True, error=error)

    def _page(self) -> Page:
        page = bytearray()
        for piece in self._pieces:
            page += piece
            if len(page) >= PIECE:
                return Page(bytes(page), last=False)
        self.close()
        return Page(bytes(page), last=True)

    def cancel(self) -> None:
        """Stop the engine's work on this statement. Thread-safe."""
        self._stopped = True
        self._engine.kill(self.call.tag)

    @property
    def is_open(self) -> bool:
        """Whether its session is still open."""
        return self._session is not None

    def close(self) -> None:
        """Close the session; may be called again."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _results(self, session: Session, *, streams: bool) -> Iterator[bytes]:
        call = self.call
        if self._stopped:
            raise QueryError(QUERY_WAS_CANCELLED, "QUERY_WAS_CANCELLED", "Query was cancelled.")
        if streams:
            try:
                stream = session.stream(self._sql, call.parameters, call.default_format)
            except QueryError as error:
                # SHOW, DESCRIBE, EXPLAIN: small, and the engine does not stream them.
                if "Streaming query is not supported" not in error.message:
                    raise
            else:
                while (piece := stream.fetch()) is not None:
                    self.totals.add(piece)
                    yield piece.data
                return
        result = session.run(self._sql, call.parameters, call.default_format)
        self.totals.add(result)
        yield result.data

    def _with_heads(self, pieces: Iterator[bytes], query: bytes) -> Iterator[bytes]:
        """Native with time zones; has columns even without rows if the client names a revision."""
        columns = cache(partial(self._columns, query))
        some = False
        for piece in filter(None, pieces):
            some = True
            yield with_zones(piece, columns)
        if not some and self.call.revision and columns():
            yield empty(columns())

    def _columns(self, query: bytes) -> list[Column]:
        # In a session of its own: the query's session is busy until the query is done.
        with open_session(self._engine, self.call, self._tables) as session:
            return session.columns(query, self.call.parameters)

    def _encoded(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            yield self._coder.encode(piece)
        yield self._coder.finish()

    def _farewell(self, error: QueryError) -> bytes:
        """A server's last bytes if a query fails after a part of its result was sent."""
        message = f"{error}\n".encode()
        tag = self.call.tag[:EXCEPTION_TAG_LENGTH].encode()
        size = str(len(message)).encode()
        text = (
            b"".join((b"\r\n__exception__\r\n", tag, b"\r\n", message, size, b" ", tag))
            + b"\r\n__exception__\r\n"
        )
        return self._coder.encode(text) + self._coder.finish()


def _spool(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Take everything before returning anything; large results wait on disk."""
    with tempfile.SpooledTemporaryFile(max_size=_SPOOLED) as file:
        for piece in pieces:
            file.write(piece)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
