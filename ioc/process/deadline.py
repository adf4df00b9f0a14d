"""The deadline of a process that was asked to stop."""

import logging
import os
from threading import Timer

EXIT_LATE = 75
"""EX_TEMPFAIL of sysexits.h: a failure that the next run repairs."""

logger = logging.getLogger(__name__)


def end_within(seconds: float) -> None:
    """End the process after so many seconds, unless it has ended in order by then.

    Nothing is lost: unconfirmed work is not acknowledged, and is done again.
    """
    timer = Timer(seconds, _end, [seconds])
    timer.daemon = True
    timer.start()


def _end(seconds: float) -> None:
    logger.critical("did not stop in order within IOC_STOP_S=%g; the process ends", seconds)
    logging.shutdown()
    os._exit(EXIT_LATE)
