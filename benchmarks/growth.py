"""A worker's figures when one thing grows; all else stays as in the first row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.case import Case, Measured
from benchmarks.load import messages
from benchmarks.options import Options
from benchmarks.variants import (
    district_codes,
    lightened,
    padded,
    reference_files,
    spread,
    stretched,
)
from benchmarks.worker import Load, run_over
from benchmarks.worker_runs import FEEDS, measured

STEP = "growth"
FEED = "traffic"
PER_SECOND = 5_000
"""Events per second of event time."""
HOUR_S, DAY_S = 3_600, 86_400


@dataclass(frozen=True)
class Growth:
    """Differences from the usual load: 0.36 kB an event on average, half a percent faulty.

    ``span_s`` is the event time that the events are spread over, ``faults`` the faulty ones beside
    each good one (0-1), ``size`` the least bytes of an event. Light ones have 0.2 kB.
    """

    districts: int = 10
    feeds: int = 1
    workers: int = 1
    span_s: int | None = None
    faults: float = 0.005
    size: int = 0
    is_light: bool = False


GROWTHS = {
    "10 districts, 1 feed, 1 worker": Growth(),
    "100 districts": Growth(districts=100),
    "700 districts": Growth(districts=700),
    "4 feeds": Growth(feeds=4),
    "2 workers": Growth(workers=2),
    "windows: an hour of panes": Growth(span_s=HOUR_S),
    "windows: a day of panes": Growth(span_s=DAY_S),
    "no event invalid": Growth(faults=0),
    "1 % invalid": Growth(faults=1 / 99),
    "50 % invalid": Growth(faults=1),
    "0.2 kB an event": Growth(is_light=True),
    "1 kB an event": Growth(size=1_000),
    "4 kB an event": Growth(size=4_000),
}
IN_QUICK = ("10 districts, 1 feed, 1 worker", "700 districts", "50 % invalid")


def cases(options: Options) -> Iterator[Case]:
    """A case for each growth; only a few if it must be quick."""
    for name, growth in GROWTHS.items():
        if not options.is_quick or name in IN_QUICK:
            yield Case(STEP, name, partial(_run, name, growth, options.events), 20.0, is_main=False)


def _run(name: str, growth: Growth, events: int) -> Sequence[Measured]:
    with TemporaryDirectory(prefix="ioc-bench-units-") as folder:
        files = reference_files(Path(folder), growth.districts)
        return measured(name, run_over(load_of(growth, events), growth.workers, **files))


def load_of(growth: Growth, events: int) -> Load:
    """The events by feed; ``events`` of all feeds together."""
    codes = district_codes(growth.districts)
    each = events // growth.feeds
    load = {}
    for feed in FEEDS[: growth.feeds]:
        told = messages(feed, each, PER_SECOND, growth.faults)
        if growth.is_light:
            told = lightened(told)
        if growth.span_s:
            told = stretched(told, growth.span_s * PER_SECOND / each)
        load[feed] = padded(spread(told, codes), growth.size)
    return load
