"""The cost of one Python beside another: ``python -m benchmarks.pythons .venv/bin/python …``.

Each interpreter needs the packages of the lock file (``make install PYTHON=… VENV=…``). They take
turns, so that a slow spell of the machine falls on all of them. The run with the lowest CPU time is
the one that was disturbed least.
"""

import argparse
import os
import statistics
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.case import CPU
from benchmarks.ceiling import KINDS
from benchmarks.child import figures_of, metered

PATIENCE_S = 300.0
NAMED = "import json, platform; print(json.dumps({'version': platform.python_version()}))"


def measured(pythons: Sequence[str], kind: str, events: int, runs: int) -> dict[str, list[float]]:
    """CPU µs an event of each run, by interpreter. Raises MeasureError."""
    found: dict[str, list[float]] = {python: [] for python in pythons}
    for _ in range(runs):
        for python in pythons:
            command = [python, "-m", "benchmarks.ceiling", kind, "--events", str(events)]
            found[python].append(metered(command, os.environ, PATIENCE_S)[CPU])
    return found


def table(kind: str, versions: Mapping[str, str], found: Mapping[str, Sequence[float]]) -> Table:
    """A row for each Python. Ratios are medians of those to the first Python of the same round."""
    rows = Table("Python", "least", "median", "to the first", title=f"{KINDS[kind]}: CPU µs/event")
    first = found[next(iter(found))]
    for python, costs in found.items():
        ratio = statistics.median(cost / beside for cost, beside in zip(costs, first, strict=True))
        rows.add_row(
            versions[python],
            f"{min(costs):.2f}",
            f"{statistics.median(costs):.2f}",
            f"{ratio:.2f}",
        )
    return rows


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pythons", nargs="+", metavar="PYTHON")
    parser.add_argument("--kind", choices=("check", "apply"), default="apply")
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    versions = {
        python: str(figures_of([python, "-c", NAMED], os.environ, PATIENCE_S)["version"])
        for python in given.pythons
    }
    Console().print(
        table(given.kind, versions, measured(given.pythons, given.kind, given.events, given.runs))
    )


if __name__ == "__main__":
    main()
