"""Times a process that works through records, and prints the figures to its standard output."""

import json
import os
import sys
import time
from dataclasses import dataclass, field
from threading import Thread
from typing import NoReturn

from benchmarks.process import memory_mb

WARM = 2_000
PATIENCE_S = 5.0
"""Seconds without a new event in any window, after which windows count as final."""
STDOUT = 1
"""The descriptor itself, because an engine may have replaced ``sys.stdout``."""


@dataclass
class Meter:
    """Counts records, and ends the process with the figures when all have come.

    The time runs from the first ``WARM`` records (at least a tenth of few) to the last.
    """

    total: int
    count: int = 0
    started: tuple[int, float, float] = field(default=(0, 0.0, 0.0))
    expected: int = 0
    in_windows: int = 0
    moved: tuple[float, float] = field(default=(0.0, 0.0))

    def saw(self, records: int = 1) -> None:
        """Count records that came in."""
        self.count += records
        if not self.started[0] and self.count >= min(WARM, self.total // 10):
            self.started = (self.count, time.monotonic(), time.process_time())

    def tick(self, records: int = 1) -> None:
        """Count records, and end the process after the last one."""
        self.saw(records)
        if self.count >= self.total:
            self.end()

    def came_to_windows(self, events: int = 1) -> None:
        """Count events in windows, and end the process once all expected ones are there."""
        self.in_windows += events
        self.moved = (time.monotonic(), time.process_time())
        if self.in_windows >= self.expected:
            self.end()

    def end_where_it_stands(self) -> None:
        """Run in a thread: end once all records came in and windows get no more events."""

        def watch() -> None:
            while self.count < self.total or time.monotonic() - self.moved[0] < PATIENCE_S:
                time.sleep(0.2)
            self.end()

        Thread(target=watch, daemon=True).start()

    def end(self) -> NoReturn:
        """Print the figures as JSON, and end at once.

        Peak memory is the kernel's for this program: that of ``getrusage`` would include the
        process that started it.
        """
        first, at_s, cpu_s = self.started
        ended_s, ended_cpu_s = (
            self.moved if self.moved[0] else (time.monotonic(), time.process_time())
        )
        figures = {
            "events": self.count - first,
            "in_windows": self.in_windows,
            "seconds": ended_s - at_s,
            "cpu_s": ended_cpu_s - cpu_s,
            "peak_mb": memory_mb(os.getpid(), "VmHWM"),
        }
        sys.stdout.flush()
        os.write(STDOUT, b"\n" + json.dumps(figures).encode() + b"\n")
        os._exit(0)
