"""One batch on its way into ClickHouse, while the next is being fetched."""

from collections.abc import Callable
from threading import Event, Thread

from sinks.consuming.batch import Batch


class Writing(Thread):
    """Writes a batch in a thread of its own; a daemon, so that no answer holds up the end.

    Once it is over it sets ``ended``, which several may share.
    """

    def __init__(
        self, route: str, held: Batch, write: Callable[[Batch], bool], ended: Event
    ) -> None:
        super().__init__(name=f"write {route}", daemon=True)
        self.held = held
        self.is_over = False
        self._write = write
        self._ended = ended
        self._is_written = False
        self._error: Exception | None = None

    def run(self) -> None:
        """Write it, and keep how that went."""
        try:
            self._is_written = self._write(self.held)
        except Exception as error:  # noqa: BLE001 - the thread's boundary: outcome() raises it again
            self._error = error
        self.is_over = True
        self._ended.set()

    def outcome(self) -> bool:
        """Wait for the end; whether every row is confirmed. Raises what the write raised."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._is_written
