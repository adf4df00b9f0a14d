"""The process ids of the services that `ioc up` runs over a data folder, for other commands."""

import json
from collections.abc import Mapping
from pathlib import Path


def note_pids(data_dir: Path, pids: Mapping[str, int | None]) -> None:
    """Record the process id of each service; None if it does not run."""
    _file(data_dir).write_text(json.dumps(pids))


def forget_pids(data_dir: Path) -> None:
    """Record that none runs."""
    _file(data_dir).unlink(missing_ok=True)


def read_pids(data_dir: Path) -> dict[str, int]:
    """The services that ``ioc up`` started over this folder; empty if none runs."""
    try:
        noted = json.loads(_file(data_dir).read_text())
    except (OSError, ValueError):
        return {}
    return {str(name): int(pid) for name, pid in noted.items() if pid}


def _file(data_dir: Path) -> Path:
    return data_dir / "services.json"
