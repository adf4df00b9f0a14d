"""Waits until workers and sinks have worked through what was published."""

import logging
import time
from collections.abc import Sequence

from kafka.errors import KafkaError

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import INDICATORS, PANES
from ioc.lag import LagReader
from sinks.routes import routes

logger = logging.getLogger(__name__)

PAUSE_S = 0.2
EMITTED_ANEW = (PANES, INDICATORS)
"""Topics that are never quiet, and whose content a restarted worker emits again."""


def drain(settings: Settings, feeds: Sequence[Feed], deadline: float) -> bool:
    """Wait for the worker, then for the sinks; did they get there before the deadline?

    ``deadline`` is one of time.monotonic. A broker that fails only ends the waiting.
    """
    try:
        reader = LagReader(settings)
        try:
            while time.monotonic() < deadline:
                if _behind(reader, settings, feeds) == 0:
                    return True
                time.sleep(PAUSE_S)
        finally:
            reader.close()
    except (KafkaError, UnavailableError) as error:
        logger.warning("can't see how far worker and sinks are: %s", error)
    logger.warning("stopping before all that was published is stored")
    return False


def _behind(reader: LagReader, settings: Settings, feeds: Sequence[Feed]) -> int:
    behind = sum(lag.behind for lag in reader.worker(feeds))
    if behind:
        return behind
    return sum(
        lag.behind
        for route in routes(settings, feeds)
        for lag in reader.read(
            route.group.id, [topic for topic in route.topics if topic not in EMITTED_ANEW]
        )
    )
