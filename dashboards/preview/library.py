"""The dashboards of a folder, read again when a file changes."""

import json
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import DataFileError
from dashboards.preview.model import Dashboard, read_dashboard

FOLDER = Path(__file__).parents[1] / "json"
HOME = "ioc-tong-quan"
"""The uid of the wall, which comes first."""


@dataclass(frozen=True)
class Known:
    """A file as it was last read: its dashboard, or ``trouble`` if it can't be read."""

    stamp: tuple[int, int]
    dashboard: Dashboard | None
    trouble: str


class Library:
    """The dashboards of a folder. It reads a file only if its time or size has changed."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._known: dict[Path, Known] = {}

    def all(self) -> list[Dashboard]:
        """All dashboards, the wall first, then by title."""
        self._look()
        found = [known.dashboard for known in self._known.values() if known.dashboard]
        return sorted(found, key=lambda one: (one.uid != HOME, one.title))

    def find(self, uid: str) -> Dashboard | None:
        """The dashboard with this uid, from the current file; None if there is none."""
        return next((one for one in self.all() if one.uid == uid), None)

    @property
    def troubles(self) -> list[str]:
        """A sentence for each file that can't be read."""
        self._look()
        return [known.trouble for known in self._known.values() if known.trouble]

    def _look(self) -> None:
        paths = sorted(self.folder.glob("*.json"))
        self._known = {path: self._read(path) for path in paths}

    def _read(self, path: Path) -> Known:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._known.get(path)
        if known and known.stamp == stamp:
            return known
        try:
            return Known(stamp, read_file(path), "")
        except DataFileError as error:
            return Known(stamp, None, str(error))


def read_file(path: Path) -> Dashboard:
    """Read one file. Raises DataFileError if it is no dashboard."""
    try:
        return read_dashboard(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataFileError(
            f"{path.name} không phải là dashboard của Grafana: {type(error).__name__}: {error}"
        ) from None
