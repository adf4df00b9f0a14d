"""Runs a worker process."""

import gc
import logging
import sys
from collections.abc import Callable, Sequence

from faust.worker import Worker

from contracts.feed import Feed
from contracts.reference.province import load_reference
from contracts.settings import Settings
from contracts.vitals import Vitals
from streams.app import create_app

COLLECT_AFTER = (100_000, 20, 50)
"""Thresholds of Python's garbage collector: objects, then passes. A batch creates thousands of
objects that form no cycles and die with it; scanning them again and again costs a tenth."""

SWITCH_S = 0.001
"""Longest wait of the fetching thread for the interpreter lock after each socket read. With
Python's default of 5 ms, the worker ran out of batches."""


class _Worker(Worker):
    """Reports the request to stop: Faust's own shutdown may wait for a broker forever."""

    stopping: Callable[[], None]

    def _on_sigterm(self) -> None:
        self.stopping()
        super()._on_sigterm()

    def _on_sigint(self) -> None:
        self.stopping()
        super()._on_sigint()


def run(
    settings: Settings,
    feeds: Sequence[Feed],
    beat: Callable[[], None],
    show: Callable[[Vitals], None] = lambda _: None,
    stopping: Callable[[], None] = lambda: None,
) -> None:
    """Process events until SIGTERM or SIGINT; ends the process instead of returning.

    ``beat`` is called after each emission of indicators, ``show`` once with the worker's vitals,
    ``stopping`` when a signal asks the process to end.

    Raises:
        DataFileError: units, agencies or cameras can't be read.
    """
    app = create_app(settings, load_reference(settings), feeds, beat, show=show)
    # Under load, a timer that waits for a batch is late by design.
    logging.getLogger("mode.timers").setLevel(logging.ERROR)
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    sys.setswitchinterval(SWITCH_S)
    worker = _Worker(app, loglevel=logging.INFO, override_logging=False, quiet=True)
    worker.stopping = stopping
    worker.execute_from_commandline()
