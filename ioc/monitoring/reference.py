"""``ioc metrics``: the reference of all metrics, generated from their declarations."""

from itertools import groupby
from operator import attrgetter

from contracts.metrics import METRICS, Declared

HEAD = """\
# Metrics

Written by `ioc metrics`, from `contracts/metrics.py`; don't edit it by hand.

Each process shows its own at `/metrics` of `IOC_METRICS_PORT`, beside `/healthz` and `/readyz`, and
those of Python and of the process (`process_resident_memory_bytes`, `process_cpu_seconds_total`).
A moment is in seconds since 1970: `time()` less it is an age.
"""
COLUMNS = "| metric | type | labels | unit | meaning |\n|---|---|---|---|---|\n"
PARTS = {
    "any": "Every process",
    "produce": "produce",
    "worker": "worker",
    "sink": "sink",
    "clickhouse": "clickhouse (the embedded endpoint)",
}


def markdown() -> str:
    """The reference: every metric with its type, labels, unit and meaning, by process."""
    return HEAD + "".join(
        f"\n## {PARTS[part]}\n\n{COLUMNS}" + "".join(map(_row, members))
        for part, members in groupby(METRICS, attrgetter("part"))
    )


def _row(metric: Declared) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels) or "–"
    cells = (f"`{metric.name}`", metric.kind, labels, metric.unit, metric.meaning)
    return f"| {' | '.join(cells)} |\n"
