"""Seconds that a worker needs to recover its state from a changelog that nothing has compacted.

Start a broker over a folder of its own, then this beside it::

    export IOC_DATA_DIR=var-recovery IOC_FEEDS=traffic
    ioc broker & sleep 2; ioc topics apply
    python -m benchmarks.recovery --minutes 60 --versions 200

Each pane of an hour and ten districts is written as often as batches touched it while it was open:
at 1,000 events/s about 200 times, more with a smaller rate and more batches. The time is the
worker's own: from the start of its recovery until it is done.
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Iterator

import orjson

from contracts.messages import position
from contracts.reference.province import load_reference
from contracts.registry import feed_named
from contracts.settings import Settings, load_settings
from sinks.state.changelog import Entry, write_entries

FEED = "traffic"
PARTS = {
    "counts": {
        "events": 6_120,
        "detections": 5_700,
        "suspected": 61,
        "heavy": 1_140,
        "speed_deci_kmh": 2_850_000,
        "reviews": 52,
        "confirmed": 44,
        "rejected": 8,
    },
    "histograms": {"speed_kmh": {str(speed): 100 for speed in range(25, 85)}},
    "sets": {},
}
RECOVERED = re.compile(r"state recovered in ([\d.]+) s \((\d+) records\)")
PATIENCE_S = 600.0


def entries(settings: Settings, minutes: int, versions: int) -> Iterator[Entry]:
    """Panes of all districts, each in many consecutive versions."""
    codes = sorted(load_reference(settings).units.codes)
    first = int(time.time()) // 60 - minutes
    parts = orjson.dumps(PARTS)
    offset = 0
    for minute in range(first, first + minutes):
        for _ in range(versions):
            offset += 1_000
            upto = position(settings.generation, offset)
            for number, code in enumerate(codes):
                partition = number % settings.kafka_partitions
                key = orjson.dumps(f"{partition}|pane|{code}|{minute}")
                yield Entry(partition, key, b"%d %b" % (upto, parts), upto)


def recovered() -> tuple[float, int]:
    """Start a worker; return seconds and records of its recovery. Raises SystemExit."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "ioc", "worker"], stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + PATIENCE_S
    try:
        for line in worker.stderr or ():
            found = RECOVERED.search(line)
            if found and int(found[2]):
                return float(found[1]), int(found[2])
            if time.monotonic() > deadline:
                break
    finally:
        worker.kill()
        worker.wait()
    raise SystemExit(f"the worker did not recover its state within {PATIENCE_S:g} s")


def main() -> None:
    """Write, recover, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=int, default=60, help="minutes of panes")
    parser.add_argument("--versions", type=int, default=200, help="times that each is written")
    given = parser.parse_args()
    settings = load_settings()
    written = write_entries(
        settings,
        feed_named(FEED),
        settings.kafka_partitions,
        entries(settings, given.minutes, given.versions),
    )
    print(f"{written:,} changelog records of {given.minutes} minutes of panes")
    seconds, records = recovered()
    print(f"recovered {records:,} records in {seconds:.1f} s: {records / seconds:,.0f} records/s")


if __name__ == "__main__":
    main()
