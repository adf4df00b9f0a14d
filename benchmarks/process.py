"""The CPU time and the memory of a process, as Linux counts them."""

import os
import time
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

SAMPLE_S = 0.02
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Seconds of CPU, user and system, that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_mb(pid: int, field: str = "VmRSS") -> float:
    """Resident memory of a process now, or its peak (``VmHWM``), in MB of 1,000,000 bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (kilobytes,) = [int(line.split()[1]) for line in lines if line.startswith(f"{field}:")]
    return kilobytes * 1.024 / 1000


@dataclass(frozen=True)
class Sample:
    """A process at a time (seconds since 1970)."""

    at_s: float
    cpu_s: float
    memory_mb: float


class Sampler(Thread):
    """Samples a process continuously, so that its CPU is known between any two times."""

    def __init__(self, pid: int) -> None:
        super().__init__(name="sampler", daemon=True)
        self._pid = pid
        self._done = Event()
        self.samples: list[Sample] = []

    def run(self) -> None:
        """Sample until stopped, or until the process has ended."""
        while not self._done.wait(SAMPLE_S):
            try:
                sample = Sample(time.time(), cpu_s(self._pid), memory_mb(self._pid))
            except (OSError, ValueError):
                return
            self.samples.append(sample)

    def stop(self) -> None:
        """Stop sampling."""
        self._done.set()
        self.join()

    def cpu_between(self, first_s: float, last_s: float) -> float:
        """Seconds of CPU between two times."""
        return self._at(last_s).cpu_s - self._at(first_s).cpu_s

    def between(self, first_s: float, last_s: float) -> list[Sample]:
        """The samples between two times."""
        return [sample for sample in self.samples if first_s <= sample.at_s <= last_s]

    def peak_mb(self) -> float:
        """The greatest memory of all samples."""
        return max(sample.memory_mb for sample in self.samples)

    def _at(self, moment_s: float) -> Sample:
        place = bisect_left(self.samples, moment_s, key=lambda sample: sample.at_s)
        return self.samples[min(place, len(self.samples) - 1)]
