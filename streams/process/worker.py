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
"""Objects, then passes, after which Python looks for cycles. A batch makes thousands of objects
that all go with it and form no cycles; looking through them over and over costs a tenth."""

SWITCH_S = 0.001
"""How long the thread that fetches waits for the one that works before it is let in, each time that
it has read from its socket; Python's usual 5 ms let the worker run out of batches."""


class _Worker(Worker):
    """Says that it was asked to end: Faust's own way out may wait for a broker for ever."""

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
    """Work until SIGTERM or SIGINT; doesn't return, but ends the process.

    ``beat`` is called whenever emissions have gone out, ``show`` once, with what tells of them,
    and ``stopping`` once it is asked to end.

    Raises:
        DataFileError: units, agencies or cameras can't be read.
    """
    app = create_app(settings, load_reference(settings), feeds, beat, show=show)
    # A timer that has to wait for a batch is late by design while there is much to do.
    logging.getLogger("mode.timers").setLevel(logging.ERROR)
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    sys.setswitchinterval(SWITCH_S)
    worker = _Worker(app, loglevel=logging.INFO, override_logging=False, quiet=True)
    worker.stopping = stopping
    worker.execute_from_commandline()
