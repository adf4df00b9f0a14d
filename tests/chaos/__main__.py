"""``make chaos``: many faults, then every figure recounted. Exit code 1 on any difference.

It ends with faults under `ioc up`, which rolls its broker over repeatedly meanwhile.

``make chaos-replay``: a scenario's replay, killed and gone on with, then recounted and reported.
"""

import argparse
import logging
import shlex
import sys
import tempfile
from pathlib import Path
from shutil import rmtree

from rich.console import Console
from rich.table import Table

from contracts.reference.province import load_reference
from contracts.settings import load_settings
from producers.scenarios import scenario_named
from tests.chaos.plan import FORGETFUL, Kind, plan
from tests.chaos.replays import Replay, kills
from tests.chaos.roll_overs import SERVICES, roll_over_under
from tests.chaos.run import RATE, Result, environment_of, run
from tests.chaos.scene import Scene
from tests.e2e.running import ioc_environment, run_ioc
from tests.kafka.brokers import is_apache


def main() -> None:
    """Run and report; the data is kept only if something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the faults and the simulated life")
    parser.add_argument("--faults", type=int, default=50, help="how many strike")
    parser.add_argument("--rate", type=float, default=RATE, help="events/s of each feed")
    parser.add_argument("--scenario", help="kill a replay of this scenario instead")
    parser.add_argument("--kills", type=int, default=3, help="how often")
    parser.add_argument("--roll-overs", type=int, help="let `ioc up` roll its broker over so often")
    given = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)  # a client warns of each fault that hits its server
    folder = Path(tempfile.mkdtemp(prefix=f"ioc-chaos-{given.seed}-"))
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"seed {given.seed}; data and logs in {folder}")
    if given.scenario:
        differences = _kill_replay(given, folder, console)
    elif given.roll_overs:
        differences = _roll_over(given, folder, console)
    else:
        differences = _strike(given, folder, console)
    if differences:
        console.print(f"kept: {folder}; again: {shlex.join(sys.argv[1:])} (seed {given.seed})")
        sys.exit(1)
    rmtree(folder)


def _strike(given: argparse.Namespace, folder: Path, console: Console) -> list[str]:
    console.print(f"{given.faults} faults")
    with Scene(environment_of(folder, given.seed, given.rate)) as scene:
        kinds = tuple(Kind) if is_apache() else FORGETFUL
        result = run(scene, plan(given.seed, given.faults, kinds), console.print)
    _report(console, result)
    return result.differences


def _roll_over(given: argparse.Namespace, folder: Path, console: Console) -> list[str]:
    faults = plan(given.seed, given.faults, tuple(SERVICES))
    rolled = roll_over_under(folder, faults, console.print, given.roll_overs)
    console.print(
        f"{len(faults)} faults, {rolled.times} roll-overs of {min(rolled.seconds):.0f} to "
        f"{max(rolled.seconds):.0f} s; {rolled.foreign:,} events and {rolled.refused:,} bad "
        "messages of a foreign producer were acknowledged; the oldest figure on a screen: "
        f"{rolled.oldest_s:.0f} s; differences: {len(rolled.differences)}"
    )
    for difference in rolled.differences:
        console.print(f"wrong: {difference}", markup=False)
    return rolled.differences


def _kill_replay(given: argparse.Namespace, folder: Path, console: Console) -> list[str]:
    name = given.scenario.replace("-", "_")
    total = scenario_named(given.scenario).total(load_reference(load_settings()))
    environment = ioc_environment(folder)
    replay = Replay(environment, ("replay", "--scenario", given.scenario), name, total)
    result = replay.run(kills(given.seed, given.kills), console.print)
    told = run_ioc(environment, "report", given.scenario)
    console.print(told.stdout, markup=False)
    if told.returncode:
        result.differences.append(f"ioc report: {told.stderr}")
    console.print(
        f"{given.kills} kills in {result.seconds:.0f} s, {result.rebuilt} times the state was "
        f"rebuilt; {result.archived[-1]:,} events archived, {result.panes:,} panes checked; "
        f"differences: {len(result.differences)}"
    )
    for difference in result.differences:
        console.print(f"wrong: {difference}", markup=False)
    return result.differences


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
        f" again, {result.lost:,} events lost with their log; differences:"
        f" {len(result.differences)}"
    )
    for difference in result.differences:
        console.print(f"wrong: {difference}", markup=False)


if __name__ == "__main__":
    main()
