"""``make bench``: measures everything side by side and writes the results.

``--only worker,peers`` measures some steps, ``--quick`` all of them with few events and one run.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import ceiling, chain, growth, light_runs, peer_runs, results, sink, worker_runs
from benchmarks.case import Case, Findings, schedule
from benchmarks.machine import describe, versions
from benchmarks.options import QUICK, Options
from contracts.errors import IocError

STEPS: dict[str, Callable[[Options], Iterator[Case]]] = {
    module.STEP: module.cases
    for module in (worker_runs, ceiling, peer_runs, light_runs, sink, chain, growth)
}
RESULTS = Path(__file__).parent / "results"


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help=f"steps, comma separated: {','.join(STEPS)}")
    parser.add_argument("--quick", action="store_true", help="few events, one run, 4 minutes")
    parser.add_argument("--runs", type=int, help="runs of each measurement (3)")
    parser.add_argument("--events", type=int, help="events of a worker's run (500000)")
    parser.add_argument("--minutes", type=float, help="no run begins that would end later (14.5)")
    parser.add_argument("--seconds", type=float, help="seconds at each rate of the chain (14)")
    parser.add_argument("--on-apache", action="store_true", help="the chain on Apache Kafka")
    parser.add_argument("--peers-python", type=Path, help="interpreter that has the peers")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    return parser.parse_args()


def options_of(given: argparse.Namespace) -> Options:
    """The options from the command line, over the defaults."""
    names = ("runs", "events", "minutes", "seconds", "on_apache", "peers_python")
    said = {name: value for name in names if (value := getattr(given, name)) is not None}
    return Options(**{**(QUICK if given.quick else {}), **said})


def chosen(only: str | None, options: Options, findings: Findings) -> list[Case]:
    """The cases of the chosen steps. Raises IocError for an unknown step."""
    names = only.split(",") if only else list(STEPS)
    unknown = sorted(set(names) - set(STEPS))
    if unknown:
        raise IocError(f"--only {unknown[0]}: no such step; there are {', '.join(STEPS)}")
    compared = {peer_runs.STEP, light_runs.STEP} & set(names)
    if compared and not peer_runs.are_installed(options.peers_python):
        findings.remarks.append(peer_runs.ABSENT)
        names = [name for name in names if name not in compared]
    return [case for name in STEPS if name in names for case in STEPS[name](options)]


def measure(cases: Sequence[Case], options: Options, findings: Findings, console: Console) -> bool:
    """Run all cases in turn while time remains; return whether all that ran succeeded."""
    deadline = time.monotonic() + options.minutes * 60
    took = {(case.step, case.name): case.expected_s for case in cases}
    plan = list(schedule(cases, options.runs))
    left_out: dict[str, int] = {}
    are_good = True
    with _progress(console) as progress:
        task = progress.add_task("", total=len(plan), left="")
        for number, (run, case) in enumerate(plan):
            key = case.step, case.name
            left_s = sum(took[each.step, each.name] for _, each in plan[number:])
            left_s = min(left_s, deadline - time.monotonic())
            label = f"{case.step}: {case.name} (run {run} of {options.runs})"
            progress.update(task, description=label, left=f"{max(0, left_s) / 60:.1f} min left")
            began = time.monotonic()
            if began + took[key] > deadline:
                left_out[case.step] = left_out.get(case.step, 0) + 1
            else:
                are_good &= _measure_one(case, findings)
                took[key] = time.monotonic() - began
            progress.advance(task)
    findings.remarks += [
        f"{step}: {count} runs were left out, for the {options.minutes:g} minutes were over"
        for step, count in left_out.items()
    ]
    return are_good


def _measure_one(case: Case, findings: Findings) -> bool:
    try:
        findings.add(case.step, case.run())
    except Exception as error:  # noqa: BLE001 - one failure must not lose what others came to
        said = str(error) if isinstance(error, IocError) else f"{type(error).__name__}: {error}"
        findings.remarks.append(f"{case.step}: {case.name}: {said}")
        return False
    return True


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.completed}/{task.total}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
        TextColumn("{task.description}"),
        console=console,
    )


def main() -> None:
    """Measure, show and write; the exit code is 1 if a measurement failed."""
    given = arguments()
    options, findings, console = options_of(given), Findings(), Console()
    began = datetime.now().astimezone()
    about = {
        "began": began.isoformat(timespec="seconds"),
        "machine": describe(),
        "versions": versions() | peer_runs.versions(options.peers_python),
        "options": {
            "runs": options.runs,
            "events": options.events,
            "seconds": options.seconds,
            "on_apache": options.on_apache,
        },
    }
    try:
        cases = chosen(given.only, options, findings)
    except IocError as error:
        sys.exit(f"benchmarks: {error}")
    are_good = measure(cases, options, findings, console)
    results.print_tables(findings, console)
    for path in results.write(findings, about, given.out, f"{began:%Y-%m-%dT%H%M%S}"):
        console.print(f"written: {path}")
    sys.exit(not are_good)


if __name__ == "__main__":
    main()
