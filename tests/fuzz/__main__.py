"""``python -m tests.fuzz --cases 1000000 --seed 1``: exit code 1 where something was found."""

import argparse
import logging
import sys
import time

from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import Settings, load_settings
from tests.fuzz.harness import Harness, Report
from tests.fuzz.whole import WholeLogs
from tests.streams.logs import RULES

WINDOW = 200
"""Records within which a repeated id is a duplicate; cases repeat those of the last 50."""


def fuzz_settings(**more: object) -> Settings:
    """The rules of the logs that other tests make, and a longer memory of ids."""
    return load_settings(**RULES | {"duplicate_window": WINDOW} | more)


def main() -> int:
    """Run; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whole", action="store_true", help="logs as bytes, not single records")
    given = parser.parse_args()
    logging.disable()  # a line for each record that raises would be most of the work
    report, began = Report(), time.monotonic()
    settings = fuzz_settings()
    reference = load_reference(settings)
    each = -(-given.cases // len(FEEDS))
    of: type[Harness | WholeLogs] = WholeLogs if given.whole else Harness
    for feed in FEEDS:
        of(feed, settings, reference, given.seed).run(each, report)
    print(
        f"{report.cases:,} cases in {time.monotonic() - began:.0f} s: {report.accepted:,} accepted,"
    )
    print(", ".join(f"{count:,} {reason}" for reason, count in report.reasons.most_common()))
    print("\n".join(report.findings) or "nothing found")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
