"""The one deadline of a process that was asked to stop."""

import logging
import os
from threading import Timer

EXIT_LATE = 75
"""As sysexits.h has it: a failure that a next run mends."""

logger = logging.getLogger(__name__)


def end_within(seconds: float) -> None:
    """End the process after so many seconds, if it has not ended in order by then.

    Nothing is lost: what is not confirmed is not acknowledged either, and is done again.
    """
    timer = Timer(seconds, _end, [seconds])
    timer.daemon = True
    timer.start()


def _end(seconds: float) -> None:
    logger.critical("did not stop in order within IOC_STOP_S=%g; the process ends", seconds)
    logging.shutdown()
    os._exit(EXIT_LATE)
