"""Runs tests under other wall clocks: ``python -m tests.clock tet sunday -- tests/e2e``."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.clock.instants import INSTANT, INSTANTS
from tests.clock.shift import NoShiftError, Shift, build

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """How the tests ended at an instant."""

    name: str
    passed: int
    failed: int
    skipped: int
    minutes: float

    @classmethod
    def of(cls, name: str, report: Path, minutes: float) -> "Outcome":
        """The outcome in pytest's report; a run without a report counts as one failure."""
        if not report.exists():
            return cls(name, 0, 1, 0, minutes)
        total, failed, skipped = 0, 0, 0
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            total += int(suite.attrib["tests"])
            failed += int(suite.attrib["failures"]) + int(suite.attrib["errors"])
            skipped += int(suite.attrib["skipped"])
        return cls(name, total - failed - skipped, failed, skipped, minutes)


def run(name: str, library: Path, folder: Path, arguments: Sequence[str]) -> Outcome:
    """Run the tests at an instant; their files stay in ``folder`` if one failed."""
    folder.mkdir()
    report, began = folder / "report.xml", time.monotonic()
    environment = os.environ | Shift(folder / "shift").environment(library) | {INSTANT: name}
    command = [sys.executable, "-m", "pytest", "-p", "tests.clock.plugin"]
    places = [f"--basetemp={folder / 'tmp'}", f"--junitxml={report}"]
    subprocess.run([*command, *places, *arguments], cwd=ROOT, env=environment, check=False)
    outcome = Outcome.of(name, report, (time.monotonic() - began) / 60)
    if outcome.failed:
        print(f"logs of these tests: {folder}")
    else:
        shutil.rmtree(folder)
    return outcome


def show(outcomes: Sequence[Outcome]) -> None:
    """Print a table."""
    line = "{:<14}{:<21}{:>7}{:>7}{:>8}{:>9}"
    print("\n" + line.format("instant", "begins at", "passed", "failed", "skipped", "minutes"))
    for each in outcomes:
        counts = (each.passed, each.failed, each.skipped, f"{each.minutes:.1f}")
        print(line.format(each.name, INSTANTS[each.name], *counts))


def main(words: Sequence[str]) -> int:
    """The exit code: 1 if a test failed, 2 if clocks can't be shifted."""
    parser = argparse.ArgumentParser(prog="python -m tests.clock", description=__doc__)
    parser.add_argument("instants", nargs="*", metavar="INSTANT", help=", ".join(INSTANTS))
    cut = words.index("--") if "--" in words else len(words)
    names = parser.parse_args(words[:cut]).instants or list(INSTANTS)
    for name in names:
        if name not in INSTANTS:
            parser.error(f"there is no instant {name!r}: there are {', '.join(INSTANTS)}")
    folder = Path(tempfile.mkdtemp(prefix="test-clock-"))
    try:
        library = build(folder)
    except NoShiftError as reason:
        print(f"make test-clock: {reason}", file=sys.stderr)
        shutil.rmtree(folder)
        return 2
    outcomes = []
    for name in names:
        print(f"\n{name}: {INSTANTS[name]} in the province", flush=True)
        outcomes.append(run(name, library, folder / name, words[cut + 1 :]))
    show(outcomes)
    if any(each.failed for each in outcomes):
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
