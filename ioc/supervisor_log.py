"""Where a command that starts services writes its own log: the terminal is for the user."""

import logging

from contracts.settings import Settings


def log_to_file(settings: Settings) -> None:
    """Send warnings and worse to ``<data_dir>/logs/supervisor.log``."""
    logs = settings.data_dir / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=logs / "supervisor.log",
        level=logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    logging.getLogger("kafka").setLevel(logging.ERROR)
