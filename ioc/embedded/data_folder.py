"""A data folder: its lock, which one supervisor holds at a time, and its free space."""

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from contracts.errors import IocError

OUTLIVING_S = 20.0
"""Longer than any service takes to end after it is told to."""
PAUSE_S = 0.1
_OWN, _SHARED = "lock", "services.lock"


@contextmanager
def only_one(data_dir: Path, holder: str = "ioc up") -> Iterator[int]:
    """Hold the folder; yields the descriptor of a lock that services inherit.

    Services may outlive a supervisor that is killed. While such a sink still writes, anything read
    from ClickHouse is soon outdated.

    Raises:
        IocError: another ``holder`` holds the folder, or services of a killed one don't end.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / _OWN).open("w") as own, (data_dir / _SHARED).open("w") as shared:
        if not _taken(own):
            raise IocError(
                f"another `{holder}` runs over the folder {data_dir.resolve()}: stop it, or set "
                "IOC_DATA_DIR (and the ports) for a second stack"
            )
        _await(shared, data_dir)
        yield shared.fileno()


def await_outliving(data_dir: Path) -> None:
    """Wait for services whose supervisor was killed, but not for those of a living one.

    Raises:
        IocError: they don't end.
    """
    if not (data_dir / _SHARED).exists():
        return
    with (data_dir / _OWN).open("w") as own, (data_dir / _SHARED).open("w") as shared:
        if not _taken(shared) and _taken(own):
            _await(shared, data_dir)


def free_mb(data_dir: Path) -> int:
    """Free space of its file system, in MB."""
    return shutil.disk_usage(data_dir).free // 1_000_000


def _await(shared: IO[str], data_dir: Path) -> None:
    deadline = time.monotonic() + OUTLIVING_S
    while not _taken(shared):
        if time.monotonic() > deadline:
            raise IocError(
                f"processes of an `ioc` command that was killed still run over the folder "
                f"{data_dir.resolve()} after {OUTLIVING_S:.0f} s: end them (`fuser "
                f"{data_dir / _SHARED}` lists them)"
            )
        time.sleep(PAUSE_S)


def _taken(lock: IO[str]) -> bool:
    """Take a lock; it is held until every process that inherited the file has closed it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
