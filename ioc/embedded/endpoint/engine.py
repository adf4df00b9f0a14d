"""The embedded engine: one per process and data folder, with a new session for each request."""

import fcntl
import importlib
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from ioc.embedded.endpoint.engine_config import config_file, engine_bytes
from ioc.embedded.endpoint.errors import DataPathBusy, EngineFailed
from ioc.embedded.endpoint.session import Session

_LOG = logging.getLogger("ioc.embedded.endpoint")


class _Library(Protocol):
    ChdbError: type[Exception]

    def connect(self, path: str) -> Any: ...


class Engine:
    """An open data folder. Opening fails while another process has it open.

    Raises DataPathBusy or EngineFailed.
    """

    def __init__(self, path: Path, memory_mb: int, readable: Sequence[str]) -> None:
        path = path.absolute()
        path.mkdir(parents=True, exist_ok=True)
        refuse_if_busy(path)
        self.path = str(path)
        self._library = _load()
        try:
            # The engine lives as long as one handle is open: this one.
            with config_file(memory_mb, readable) as config:
                self._keeper = self._library.connect(f"{self.path}?config-file={config}")
        except RuntimeError as error:
            raise EngineFailed(f"The engine cannot open {path}: {error}") from error
        with self.session({}) as session:
            self.version = session.scalar("SELECT version()")
            self._require_limit(session, memory_mb)
            self._tell_of_damage(session)

    def _require_limit(self, session: Session, memory_mb: int) -> None:
        """Raise EngineFailed if the engine ignored its configuration, which it does silently."""
        limit = session.scalar(
            "SELECT value FROM system.server_settings WHERE name = 'max_server_memory_usage'"
        )
        if limit != str(engine_bytes(memory_mb)):
            self.close()
            raise EngineFailed(
                "The engine did not take its configuration, a file in the folder for temporary "
                "files: set TMPDIR to a folder whose name holds neither '&' nor '%'."
            )

    def _tell_of_damage(self, session: Session) -> None:
        """Log parts that the engine could not read, which it moves aside silently."""
        broken = session.run(
            "SELECT database, table, name FROM system.detached_parts WHERE reason LIKE 'broken%'",
            output="TSV",
        )
        for line in broken.data.decode().splitlines():
            database, table, part = line.split("\t")
            _LOG.error(
                "table %s.%s lacks the rows of part %s, whose files are damaged: `ioc audit` says "
                "what is missing; restore a backup, or delete the part below %s/detached",
                *(database, table, part, self.path),
            )

    def session(self, settings: Mapping[str, str]) -> Session:
        """A new session: settings, database and temporary tables are not shared."""
        # An error text that quotes binary data reaches Python as a UnicodeDecodeError.
        errors = (RuntimeError, self._library.ChdbError, UnicodeDecodeError)
        return Session(self._library.connect(self.path), errors, settings)

    def kill(self, tag: str) -> None:
        """Stop the queries of sessions that carry `tag`."""
        with self.session({}) as session:
            session.run(
                "KILL QUERY WHERE Settings['log_comment'] = {tag:String} ASYNC", {"tag": tag}
            )

    def kill_all(self) -> None:
        """Stop every query."""
        with self.session({}) as session:
            session.run("KILL QUERY WHERE query NOT LIKE 'KILL QUERY %' ASYNC")

    def close(self) -> None:
        """Write pending data and release the folder."""
        self._keeper.close()


def _load() -> _Library:
    # Not at the top, because the engine reads its time zone once, when it is loaded. Loading it
    # also maps half a gigabyte, which code that only needs the settings should not pay for.
    os.environ["TZ"] = "UTC"
    library: _Library = importlib.import_module("chdb")
    return library


def refuse_if_busy(path: Path) -> None:
    """Raise DataPathBusy if another process has the folder open.

    Looks at the engine's own lock on the file `status`, since its error names no cause.
    """
    status = path / "status"
    if not status.exists():
        return
    with status.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataPathBusy(
                f"The data folder {path} is open in another process ({_holder(status)}), and the "
                "engine allows one at a time: stop that process, or choose another folder."
            ) from None
        fcntl.flock(file, fcntl.LOCK_UN)


def _holder(status: Path) -> str:
    first = status.read_text(errors="replace").partition("\n")[0].strip()
    return first or "which did not leave its number"
