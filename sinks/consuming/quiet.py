"""Condenses what the Kafka library logs while a broker is away: hundreds of lines say one thing."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)

LIBRARY = "kafka"
PAUSE_S = 30.0


class Digest(logging.Handler):
    """Passes on the first error, then one every half a minute with the number left out."""

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
    """While it lasts, the Kafka library's errors go through a Digest, its other lines nowhere."""
    logger = logging.getLogger(LIBRARY)
    digest, propagated = Digest(), logger.propagate
    logger.addHandler(digest)
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = propagated
        logger.removeHandler(digest)
