"""Condenses the log of the Kafka library, which repeats itself while a broker is away."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)

LIBRARY = "kafka"
PAUSE_S = 30.0


class Digest(logging.Handler):
    """Passes on the first error, then one every 30 s with the number of errors left out."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._passed_at: float | None = None
        self._left_out = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Pass the record on or count it."""
        now = time.monotonic()
        if self._passed_at is not None and now - self._passed_at < PAUSE_S:
            self._left_out += 1
            return
        log.warning(
            "Kafka client: %s (%d more since the last such line)",
            record.getMessage(),
            self._left_out,
        )
        self._passed_at, self._left_out = now, 0


@contextmanager
def condensed() -> Iterator[None]:
    """Send the Kafka library's errors through a Digest, and drop its other lines."""
    logger = logging.getLogger(LIBRARY)
    digest, propagated = Digest(), logger.propagate
    logger.addHandler(digest)
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = propagated
        logger.removeHandler(digest)
