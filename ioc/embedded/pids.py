"""Which processes `ioc up` runs over a data folder, noted for other commands."""

import json
from collections.abc import Mapping
from pathlib import Path


def note_pids(data_dir: Path, pids: Mapping[str, int | None]) -> None:
    """Note the process of each service; None where it does not run."""
    _file(data_dir).write_text(json.dumps(pids))


def forget_pids(data_dir: Path) -> None:
    """Note that none runs."""
    _file(data_dir).unlink(missing_ok=True)


def read_pids(data_dir: Path) -> dict[str, int]:
    """The services that ``ioc up`` started over this folder; empty where none runs."""
    try:
        noted = json.loads(_file(data_dir).read_text())
    except (OSError, ValueError):
        return {}
    return {str(name): int(pid) for name, pid in noted.items() if pid}


def _file(data_dir: Path) -> Path:
    return data_dir / "services.json"
