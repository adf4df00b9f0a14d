"""Waits for a broker that does not answer, as long as it takes."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

from aiokafka.errors import KafkaError, KafkaTimeoutError, OffsetOutOfRangeError

PAUSE_S = 1.0
REMIND_S = 30.0
_PASSING = (KafkaTimeoutError, OffsetOutOfRangeError)
"""Errors that aiokafka does not call retriable. Offsets that were just deleted, or whose log is
shorter now, are told from its bounds at the next attempt."""

logger = logging.getLogger(__name__)


class Waiting:
    """Pauses between the attempts to read ``log``, and says now and then what it waits for."""

    def __init__(self, access: Mapping[str, Any], log: str) -> None:
        """``access`` holds aiokafka's keyword arguments."""
        self._kafka, self._log = access["bootstrap_servers"], log
        self._said_s: float | None = None

    async def after(self, error: KafkaError) -> None:
        """Wait before the next attempt. Raises the error if no other attempt can succeed."""
        if not (error.retriable or isinstance(error, _PASSING)):
            raise error
        now_s = time.monotonic()
        if self._said_s is None or now_s - self._said_s >= REMIND_S:
            self._said_s = now_s
            logger.warning(
                "Kafka at %s does not answer (%s): waiting to read %s",
                self._kafka,
                type(error).__name__,
                self._log,
            )
        await asyncio.sleep(PAUSE_S)
