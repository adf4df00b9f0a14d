"""Memory of this machine and of processes on it; 1 MB is 1,000,000 bytes."""

from collections.abc import Iterator
from pathlib import Path

import psutil

from contracts.errors import UnavailableError
from contracts.settings import Settings

MB = 1_000_000
OTHERS_MB = 700
"""Total for the parts without a limit of their own, see docs/operations.md."""
CGROUPS = Path("/sys/fs/cgroup")


def used_mb(pid: int) -> float:
    """Resident memory of a process; 0 if it has ended."""
    try:
        return float(psutil.Process(pid).memory_info().rss) / MB
    except psutil.Error:
        return 0.0


def free_mb() -> float:
    """Memory still available, on the machine and in each control group around this process."""
    return min([psutil.virtual_memory().available, *_left_in_groups()]) / MB


def require_memory(settings: Settings) -> None:
    """Raise UnavailableError if the embedded stack would be killed for lack of memory."""
    broker, clickhouse, free = settings.broker_memory_mb, settings.clickhouse_memory_mb, free_mb()
    needed = broker + clickhouse + OTHERS_MB
    if free < needed:
        raise UnavailableError(
            f"the embedded stack needs {needed:,} MB of memory, {free:,.0f} MB are free: end other "
            f"programs, or lower IOC_BROKER_MEMORY_MB={broker} or IOC_CLICKHOUSE_MEMORY_MB="
            f"{clickhouse}, which are in it"
        )


def _left_in_groups() -> Iterator[int]:
    """Bytes left in each control group (version 2) with a limit; the page cache counts as left."""
    try:
        own = Path("/proc/self/cgroup").read_text().strip().rpartition(":")[2].lstrip("/")
    except OSError:
        return
    group = CGROUPS / own
    for folder in (group, *group.parents):
        try:
            limit = int((folder / "memory.max").read_text())
            used = int((folder / "memory.current").read_text())
            stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
        except (OSError, ValueError):  # no group, or "max": no limit
            continue
        yield limit - used + int(stat.get("inactive_file", 0))
