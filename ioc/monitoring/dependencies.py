"""Probes all dependencies of a process repeatedly, in a thread of its own."""

import time
from collections.abc import Sequence
from threading import Event, Thread
from typing import Protocol

ANSWER_S = 4


class Probe(Protocol):
    """One dependency, probed by one thread.

    A process can't go on without a vital dependency. Without another it lacks only some of its
    work, which shows wherever that work waits.
    """

    is_vital: bool

    def ask(self) -> str | None:
        """The fault, in one sentence; None if it answers. Takes some seconds."""

    def close(self) -> None:
        """Close the connection."""


EVERY_S = 3.0


class Dependencies(Thread):
    """Knows the fault of each dependency, and since when it lasts."""

    def __init__(self, probes: Sequence[Probe], halt: Event) -> None:
        super().__init__(name="dependencies", daemon=True)
        self._probes = probes
        self._halt = halt
        self._faults: dict[Probe, tuple[str, float]] = {}
        self._asked = False

    def run(self) -> None:
        """Probe until halted."""
        while True:
            for probe in self._probes:
                self._note(probe, probe.ask())
            self._asked = True
            if self._halt.wait(EVERY_S):
                break
        for probe in self._probes:
            probe.close()

    def _note(self, probe: Probe, fault: str | None) -> None:
        if fault is None:
            self._faults.pop(probe, None)
        else:
            _, since_s = self._faults.get(probe, (fault, time.monotonic()))
            self._faults[probe] = (fault, since_s)

    def unready(self) -> str | None:
        """The fault of any dependency, or that none has answered yet."""
        if not self._asked:
            return "it has asked nobody yet"
        return next((fault for fault, _ in list(self._faults.values())), None)

    def fault(self, limit_s: float) -> str | None:
        """A fault of a vital dependency that has lasted longer than ``limit_s``."""
        now_s = time.monotonic()
        for probe, (fault, since_s) in list(self._faults.items()):
            if probe.is_vital and now_s - since_s > limit_s:
                return f"{fault}, for {now_s - since_s:.0f} s"
        return None
