"""Heartbeats: a process shows progress by touching a file that holds its process id."""

import os
import time
from pathlib import Path

import psutil

from contracts.errors import UnavailableError
from contracts.settings import Settings

ALIVE_S = 60.0
PARTS = ("produce", "worker", "sink")


class Heart:
    """Touches ``<data_dir>/health/<part>``, at most once a second."""

    def __init__(self, settings: Settings, part: str) -> None:
        self._path = _path(settings, part)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._next = 0.0

    def beat(self) -> None:
        """Call this after work is done, or if there was none to do."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + 1.0
            self._path.write_text(str(os.getpid()))


def check(settings: Settings, part: str) -> float:
    """Seconds since the last beat of a part. Raises UnavailableError if that is too long ago."""
    path = _path(settings, part)
    try:
        age_s = time.time() - path.stat().st_mtime
        pid = path.read_text()
    except OSError:
        raise UnavailableError(f"{part} has shown no progress yet ({path} is missing)") from None
    if age_s > ALIVE_S:
        raise UnavailableError(f"{part} has shown no progress for {age_s:.0f} s")
    if pid.isdecimal() and not psutil.pid_exists(int(pid)):
        raise UnavailableError(f"{part} does not run; it ended {age_s:.0f} s ago or less")
    return age_s


def _path(settings: Settings, part: str) -> Path:
    return settings.data_dir / "health" / part
