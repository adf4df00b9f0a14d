"""Faults while the embedded broker is rolled over again and again, under the real supervisor.

``ioc up`` itself starts again here what a fault has ended, and rolls the broker over whenever it is
full. The broker is never killed: what a foreign producer had acknowledged by then would be lost.
"""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from ioc.embedded.pids import read_pids
from tests.chaos.plan import Fault, Kind
from tests.chaos.settling import Say
from tests.e2e.rolling import Rolled, run, took

SERVICES = {
    Kind.KILL_WORKER: "worker",
    Kind.PAUSE_WORKER: "worker",
    Kind.KILL_SINK: "sink",
    Kind.PAUSE_SINK: "sink",
    Kind.KILL_ENDPOINT: "clickhouse",
    Kind.PAUSE_ENDPOINT: "clickhouse",
    Kind.KILL_PRODUCER: "produce",
    Kind.PAUSE_BROKER: "broker",
}
"""The faults that strike here, and the service of ``ioc up`` that each hits."""
PAUSES = (Kind.PAUSE_WORKER, Kind.PAUSE_SINK, Kind.PAUSE_ENDPOINT, Kind.PAUSE_BROKER)


def roll_over_under(folder: Path, faults: Sequence[Fault], say: Say, least: int) -> Rolled:
    """Run a stack in ``folder`` until all faults have struck and it rolled over ``least`` times."""

    def strike_all() -> None:
        began = time.monotonic()
        for number, fault in enumerate(faults, 1):
            time.sleep(fault.wait_s)
            say(
                f"{time.monotonic() - began:6.1f} s  {number:3}/{len(faults)}  {fault.kind}"
                f" (rolled over {len(took(folder))} times)"
            )
            strike(folder, fault)

    return run(folder, least, strike_all)


def strike(folder: Path, fault: Fault) -> None:
    """Kill or pause a service; do nothing if it is not running."""
    pid = read_pids(folder).get(SERVICES[fault.kind])
    if pid is None:
        return
    try:
        if fault.kind not in PAUSES:
            os.kill(pid, signal.SIGKILL)
            return
        os.kill(pid, signal.SIGSTOP)
        time.sleep(fault.hold_s)
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:  # it ended with its broker
        return
