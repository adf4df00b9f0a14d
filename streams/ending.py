"""The loud end of a worker: started again, it goes on from what is stored."""

import logging
import os
from typing import NoReturn

EXIT_FATAL = 70

logger = logging.getLogger(__name__)


def end_process(why: str, *, exc_info: bool = False) -> NoReturn:
    """Log why, and end at once; nothing more is acknowledged or sent."""
    logger.critical("%s; the process ends", why, exc_info=exc_info)
    logging.shutdown()
    os._exit(EXIT_FATAL)
