"""The cases of the worker, one for each feed."""

from collections.abc import Iterator, Sequence
from functools import partial

from benchmarks.case import CPU, GROWN, PEAK, RATE, Case, Measured
from benchmarks.load import messages
from benchmarks.options import Options
from benchmarks.worker import Run, run_over

STEP = "worker"
FEEDS = ("traffic", "eoffice", "dossier", "press")


def measured(name: str, run: Run) -> Sequence[Measured]:
    """The figures of a run of workers."""
    figures = {RATE: run.rate, CPU: run.cpu_us, PEAK: run.peak_mb, GROWN: run.grown_mb}
    return [Measured(name, figures)]


def cases(options: Options) -> Iterator[Case]:
    """A case for each feed: its simulator's valid events, with half a percent of faults added."""
    for feed in FEEDS:
        yield Case(STEP, feed, partial(_run, feed, options.events), 20.0)


def _run(feed: str, events: int) -> Sequence[Measured]:
    return measured(feed, run_over({feed: messages(feed, events)}))
