"""A case of the benchmark, and the results of its runs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from contracts.errors import IocError

Figures = Mapping[str, float]
"""The name of a figure with its unit -> the figure."""

RATE, CPU, PEAK, GROWN = "events/s", "CPU µs/event", "peak MB", "second half MB"
IN_WINDOWS = "events in windows"


class MeasureError(IocError):
    """A run failed; the sentence says why."""


@dataclass(frozen=True)
class Measured:
    """The figures of one run; ``name`` is its row in the table."""

    name: str
    figures: Figures


@dataclass(frozen=True)
class Case:
    """Something to measure: ``run`` measures it once, in processes of its own.

    ``expected_s`` is a first estimate of a run's time. Cases with ``is_main`` get all their runs
    before the others are repeated.
    """

    step: str
    name: str
    run: Callable[[], Sequence[Measured]]
    expected_s: float
    is_main: bool = True


@dataclass
class Row:
    """A row of a step's table: all runs, and their medians."""

    step: str
    name: str
    runs: list[Figures] = field(default_factory=list)

    def medians(self) -> dict[str, float]:
        """The median of each figure over the runs that have it."""
        names = dict.fromkeys(name for run in self.runs for name in run)
        return {name: median([run[name] for run in self.runs if name in run]) for name in names}


@dataclass
class Findings:
    """All rows in the order of their first runs, and sentences about what is missing."""

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def add(self, step: str, measured: Sequence[Measured]) -> None:
        """Add a run."""
        for each in measured:
            row = self.rows.setdefault((step, each.name), Row(step, each.name))
            row.runs.append(each.figures)

    def steps(self) -> Iterator[tuple[str, list[Row]]]:
        """Each step with its rows."""
        for step in dict.fromkeys(step for step, _ in self.rows):
            yield step, [row for (of, _), row in self.rows.items() if of == step]


def schedule(cases: Sequence[Case], runs: int) -> Iterator[tuple[int, Case]]:
    """Pairs of run number and case, in the order to measure.

    Cases alternate, so that a slow spell of the machine falls on all of them. Everything comes
    once; then the main cases come to all their runs, then the others.
    """
    yield from ((1, case) for case in cases)
    for is_main in (True, False):
        for run in range(2, runs + 1):
            yield from ((run, case) for case in cases if case.is_main is is_main)
