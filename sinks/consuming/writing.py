"""Writes into ClickHouse while more is being fetched."""

from collections.abc import Callable
from threading import Event, Thread


class Writing(Thread):
    """Writes in a daemon thread, so a slow answer does not delay the process's end.

    At the end it sets ``ended``, which several threads may share.
    """

    def __init__(self, name: str, write: Callable[[], bool], ended: Event) -> None:
        super().__init__(name=name, daemon=True)
        self.is_over = False
        self._write = write
        self._ended = ended
        self._is_written = False
        self._error: Exception | None = None

    def run(self) -> None:
        """Write, and keep the result or error."""
        try:
            self._is_written = self._write()
        except Exception as error:  # noqa: BLE001 - the thread's boundary: outcome() raises it again
            self._error = error
        self.is_over = True
        self._ended.set()

    def outcome(self) -> bool:
        """Wait for the end; return whether all is confirmed. Raises the write's error."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._is_written
