"""Medians, the order of runs, tables, and when an event counts as readable."""

import json

from benchmarks.case import Case, Findings, Measured, schedule
from benchmarks.chain import grows
from benchmarks.results import as_json, markdown, shown
from benchmarks.sightings import (
    Archived,
    Latency,
    Sightings,
    figure_latencies,
    latencies,
    percentile,
)

ABOUT = {"began": "2026-11-25", "machine": {"cpu": "X", "cores": 2}, "versions": {"python": "3"}}


def test_a_row_shows_the_median_of_the_runs_that_have_the_figure() -> None:
    findings = Findings()
    for rate in (10.0, 500.0, 30.0):
        findings.add("worker", [Measured("traffic", {"events/s": rate})])
    findings.add("worker", [Measured("press", {"peak MB": 7.0})])
    told = json.loads(as_json(findings, ABOUT))["results"]
    assert [row["medians"] for row in told] == [{"events/s": 30.0}, {"peak MB": 7.0}]
    assert [run["events/s"] for run in told[0]["runs"]] == [10.0, 500.0, 30.0]
    page = markdown(findings, ABOUT)
    assert "| traffic | 30.0 | – | 3 |" in page
    assert "| press | – | 7.00 | 1 |" in page


def test_figures_are_shown_with_the_digits_they_deserve() -> None:
    assert [shown(value) for value in (123456.7, 12.34, 1.234, 0, None)] == [
        "123,457", "12.3", "1.23", "0.00", "–",
    ]  # fmt: skip


def test_everything_comes_once_then_the_main_cases_alternate_then_the_others() -> None:
    a, b, growth = (_case(name, is_main=name != "growth") for name in ("a", "b", "growth"))
    order = [(run, case.name) for run, case in schedule([a, growth, b], 3)]
    assert order == [
        (1, "a"), (1, "growth"), (1, "b"),
        (2, "a"), (2, "b"), (3, "a"), (3, "b"),
        (2, "growth"), (3, "growth"),
    ]  # fmt: skip


def _case(name: str, *, is_main: bool) -> Case:
    return Case("step", name, list, 1.0, is_main)


def test_an_event_is_readable_when_the_first_answer_that_reaches_its_place_has_come() -> None:
    seen = Sightings()
    seen.places[0] = [(4, 1_000.0), (9, 3_000.0)]
    seen.counts["148"] = [(1, 2_500.0), (3, 6_000.0)]
    events = [
        Archived(0, "148", 4, 400, 1),
        Archived(0, "148", 5, 500, None),
        Archived(0, "148", 9, 900, 2),
        Archived(0, "148", 10, 950, 4),
    ]
    assert [each.seconds for each in latencies(seen, events)] == [0.6, 2.5, 2.1]
    assert [each.seconds for each in figure_latencies(seen, events)] == [2.1, 5.1]


def test_a_percentile_is_a_value_that_occurred() -> None:
    hundred = [float(number) for number in range(1, 101)]
    assert [percentile(hundred, share) for share in (0.5, 0.99, 0.999)] == [50.0, 99.0, 100.0]
    assert percentile([7.0], 0.999) == 7.0


def test_lag_grows_where_later_events_wait_longer() -> None:
    steady = [Latency(at, 0.4 + at % 3 / 10) for at in range(300)]
    growing = [Latency(at, 0.4 + at / 100) for at in range(300)]
    assert not grows(steady)
    assert grows(growing)
