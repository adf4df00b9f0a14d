"""Runs one INSERT whose data follows the statement. Its methods block: call them on a lane."""

from contextlib import suppress

from ioc.endpoint.admission import open_session
from ioc.endpoint.call import Call
from ioc.endpoint.engine import Engine
from ioc.endpoint.errors import QueryError
from ioc.endpoint.session import Inserter, Session
from ioc.endpoint.statement import InsertHead
from ioc.endpoint.totals import Totals


class Insertion:
    """Data goes in as it arrives, in constant memory; `finish` commits it."""

    def __init__(self, engine: Engine, call: Call, head: InsertHead) -> None:
        self._engine = engine
        self._call = call
        self._head = head
        self._session: Session | None = None
        self._inserter: Inserter | None = None
        self.totals = Totals()

    def append(self, data: bytes) -> None:
        """Hand the next bytes to the engine; the first call starts the insert."""
        if self._inserter is None:
            session = self._session = open_session(self._engine, self._call)
            self._inserter = session.insert(self._head.statement, self._head.format)
        if data:
            self._inserter.append(data)

    def finish(self, data: bytes = b"") -> None:
        """Hand over the last bytes and commit."""
        self.append(data)
        if self._inserter is not None:
            self.totals.wrote(*self._inserter.finish())
        self.close()

    def close(self) -> None:
        """Give up what is not committed and let go of the session; harmless when repeated."""
        inserter, self._inserter = self._inserter, None
        session, self._session = self._session, None
        if inserter is not None:
            # The engine has its error reported already; nothing is left to save here.
            with suppress(QueryError):
                inserter.cancel()
        if session is not None:
            session.close()
