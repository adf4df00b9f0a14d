"""``make chaos``: many faults, then every figure recounted. Exit code 1 on any difference."""

import argparse
import sys
import tempfile
from pathlib import Path
from shutil import rmtree

from rich.console import Console
from rich.table import Table

from tests.chaos.plan import plan
from tests.chaos.run import RATE, Result, environment_of, run
from tests.chaos.scene import Scene


def main() -> None:
    """Run and report; the data is kept only if something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the faults and the simulated life")
    parser.add_argument("--faults", type=int, default=50, help="how many strike")
    parser.add_argument("--rate", type=float, default=RATE, help="events/s of each feed")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix=f"ioc-chaos-{given.seed}-"))
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"{given.faults} faults, seed {given.seed}; data and logs in {folder}")
    with Scene(environment_of(folder, given.seed, given.rate)) as scene:
        result = run(scene, plan(given.seed, given.faults), lambda text: console.print(text))
    _report(console, result)
    if result.differences:
        console.print(f"kept: {folder}; again: --seed {given.seed} --faults {given.faults}")
        sys.exit(1)
    rmtree(folder)


def _report(console: Console, result: Result) -> None:
    faults = Table("Fault", "Times", box=None, header_style="bold")
    for kind, times in sorted(result.kinds.items()):
        faults.add_row(kind, str(times))
    for what, times in sorted(result.ended_by_themselves.items()):
        faults.add_row(f"ended by itself or badly: {what}", str(times))
    console.print(faults)
    figures = Table("Feed", box=None, header_style="bold")
    for name in ("Published", "Archived", "Rejected", "Duplicates", "Late", "Panes checked"):
        figures.add_column(name, justify="right")
    for feed, held in result.accounts.items():
        numbers = (held.published, held.archived, held.rejected, held.duplicates, held.late)
        figures.add_row(feed, *(f"{number:,}" for number in (*numbers, held.panes)))
    console.print(figures)
    console.print(
        f"{sum(result.kinds.values())} faults in {result.seconds:.0f} s, workers up to"
        f" {result.most_behind:,} events behind, {result.inserted_again:,} messages inserted"
        f" again; differences: {len(result.differences)}"
    )
    for difference in result.differences:
        console.print(f"wrong: {difference}", markup=False)


if __name__ == "__main__":
    main()
