"""The worker and the faster peers over events of 0.2 kB: heartbeats, the contract's smallest."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from benchmarks.case import Case, Measured
from benchmarks.load import messages
from benchmarks.options import Options
from benchmarks.peer_runs import FEED, PEERS, peer_case
from benchmarks.variants import lightened
from benchmarks.worker import run_over
from benchmarks.worker_runs import measured
from producers.faults import Message

STEP = "light"
NAME = "the worker"
FAST = 0.2
"""Peers with at least this share of the events are compared here too."""


def cases(options: Options) -> Iterator[Case]:
    """A case for each engine; none if it must be quick."""
    if options.is_quick:
        return
    yield Case(STEP, NAME, partial(_run, options.events), 20.0, is_main=False)
    for name, (_, share) in PEERS.items():
        if share > FAST:
            yield peer_case(STEP, name, options, _told, is_main=False)


def _told(events: int) -> Iterable[Message]:
    return lightened(messages(FEED, events))


def _run(events: int) -> Sequence[Measured]:
    return measured(NAME, run_over({FEED: _told(events)}))
