"""The declared metrics follow Prometheus' rules, and the documentation lists all of them."""

import re

import pytest

from contracts.metrics import METRICS, Declared
from ioc.monitoring.reference import markdown
from tests.processes import ROOT


def test_the_documentation_is_up_to_date() -> None:
    written = (ROOT / "docs" / "metrics.md").read_text()
    assert written == markdown(), "write it anew: ioc metrics > docs/metrics.md"


def test_every_metric_has_one_line() -> None:
    lines = markdown().splitlines()
    for metric in METRICS:
        assert sum(line.startswith(f"| `{metric.name}` |") for line in lines) == 1


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_names_say_part_and_type(metric: Declared) -> None:
    prefix = "ioc_" if metric.part == "any" else f"ioc_{metric.part}_"
    assert re.fullmatch(rf"{prefix}[a-z_]+", metric.name)
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert bool(metric.buckets) == (metric.kind == "histogram")
    assert "|" not in metric.meaning
    if "seconds" in metric.unit:
        assert metric.name.endswith("_seconds")
