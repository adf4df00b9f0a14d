"""The log of a command that starts services: a file, since the terminal is for the user."""

import logging

from contracts.settings import Settings
from ioc.process.log_lines import formatter


def log_to_file(settings: Settings) -> None:
    """Send warnings and worse to ``<data_dir>/logs/supervisor.log``."""
    logs = settings.data_dir / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(logs / "supervisor.log")
    handler.setFormatter(formatter(settings))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("kafka").setLevel(logging.ERROR)
