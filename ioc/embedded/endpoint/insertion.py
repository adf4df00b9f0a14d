"""Runs one INSERT whose data follows the statement. Its methods block: call them on a lane."""

import errno
import tempfile
from pathlib import Path
from typing import BinaryIO

from ioc.embedded.data_folder import free_mb
from ioc.embedded.endpoint.admission import open_session
from ioc.embedded.endpoint.call import Call
from ioc.embedded.endpoint.engine import Engine
from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.session import quote
from ioc.embedded.endpoint.statement import InsertHead
from ioc.embedded.endpoint.status import NOT_ENOUGH_SPACE
from ioc.embedded.endpoint.totals import Totals

_FULL = (errno.ENOSPC, errno.EDQUOT)


class Insertion:
    """Keeps data on disk until it is complete; `finish` hands it to the engine and commits it.

    The engine reads it as a file. Its own piecewise insert reports success, with a row count, even
    if something fails after parsing: a full disk, a constraint, too many parts. A statement raises.
    """

    def __init__(self, engine: Engine, call: Call, head: InsertHead, reserve_mb: int) -> None:
        self._engine = engine
        self._call = call
        self._head = head
        self._reserve_mb = reserve_mb
        self._file: BinaryIO | None = None
        self.totals = Totals()

    def append(self, data: bytes) -> None:
        """Keep the next bytes. Raises NOT_ENOUGH_SPACE."""
        try:
            self._spool().write(data)
        except OSError as error:
            raise _refusal(error) from error

    def finish(self, data: bytes = b"") -> None:
        """Keep the last bytes and insert all. Raises the engine's error if a row is not stored."""
        self.append(data)
        self._require_room()
        file = self._spool()
        try:
            file.flush()
        except OSError as error:
            raise _refusal(error) from error
        file.seek(0)
        head = self._head
        source = quote(f"/dev/fd/{file.fileno()}")
        with open_session(self._engine, self._call) as session:
            done = session.run(
                f"{head.statement} FROM INFILE {source} {head.settings} FORMAT {head.format}"
            )
        self.totals.wrote(done.written_rows, done.written_bytes)
        self.close()

    def _require_room(self) -> None:
        """Refuse an insert if disk space is low: even deleting and merging need some."""
        free = free_mb(Path(self._engine.path))
        if free < self._reserve_mb:
            message = f"Only {free} MB are free; no insert is taken below {self._reserve_mb} MB."
            raise QueryError(NOT_ENOUGH_SPACE, "NOT_ENOUGH_SPACE", message)

    def cancel(self) -> None:
        """Stop the engine's work on it. Thread-safe."""
        self._engine.kill(self._call.tag)

    def close(self) -> None:
        """Drop the data; may be called again."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _spool(self) -> BinaryIO:
        if self._file is None:
            # A file without a name, so that nothing of it remains, however the process ends.
            self._file = tempfile.TemporaryFile(dir=self._engine.path)  # noqa: SIM115 - see close
        return self._file


def _refusal(error: OSError) -> QueryError:
    if error.errno not in _FULL:
        raise error
    message = f"Cannot keep the data of the insert: {error.strerror}."
    return QueryError(NOT_ENOUGH_SPACE, "NOT_ENOUGH_SPACE", message)
