"""Real processes report what they did, and whether they make progress."""

from collections.abc import Iterator
from signal import SIGCONT, SIGSTOP, SIGTERM

import pytest

from contracts.metrics import METRICS
from tests.e2e.running import Part
from tests.monitoring.parts import FEED, Monitored, monitored
from tests.waiting import until, within

STUCK_S = "3"
STOP_S = 10.0
Parts = tuple[Part, dict[str, Monitored]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    with monitored(
        tmp_path_factory.mktemp("monitored"),
        IOC_FEEDS=FEED,
        IOC_RATE="100",
        IOC_HISTORY_H="0.01",
        IOC_HEALTH_STUCK_S=STUCK_S,
        IOC_EMIT_INTERVAL_S="0.5",
        IOC_AUDIT_EVERY_S="0",
    ) as parts:
        yield parts


def all_become_ready_and_healthy_and_show_what_is_declared(running: Parts) -> None:
    _, parts = running
    for name, part in parts.items():
        until(lambda part=part: part.is_well("/readyz"), f"{name} is ready")  # type: ignore[misc]
        until(lambda part=part: part.is_well(), f"{name} is healthy")  # type: ignore[misc]
        assert part.names == {each.name for each in METRICS if each.part in (name, "any")}
    assert parts["worker"].get("/else")[0] == 404


def a_paused_clickhouse_makes_the_sink_unhealthy_until_it_is_back(running: Parts) -> None:
    _, parts = running
    sink = parts["sink"]
    parts["clickhouse"].send(SIGSTOP)
    until(lambda: sink.says("route", "stands still"), "the sink says that a route stands still")
    until(lambda: sink.get("/readyz")[0] == 503, "the sink is not ready")
    assert parts["worker"].is_well(), parts["worker"].get("/healthz")
    parts["clickhouse"].send(SIGCONT)
    until(lambda: sink.is_well() and sink.is_well("/readyz"), "the sink is well again")


def a_paused_broker_makes_all_that_use_it_unhealthy(running: Parts) -> None:
    broker, parts = running
    broker.send(SIGSTOP)
    for name in ("produce", "worker", "sink"):
        part = parts[name]
        until(lambda part=part: part.get("/healthz")[0] == 503, f"{name} is unhealthy")  # type: ignore[misc]
        until(lambda part=part: part.get("/readyz")[0] == 503, f"{name} is not ready")  # type: ignore[misc]
    assert parts["clickhouse"].is_well(), parts["clickhouse"].get("/healthz")
    broker.send(SIGCONT)
    for name, part in parts.items():
        until(lambda part=part: part.is_well(), f"{name} is well again")  # type: ignore[misc]


def the_counts_are_those_of_the_log_and_of_the_archive(running: Parts) -> None:
    _, parts = running
    produce, worker, sink = parts["produce"], parts["worker"], parts["sink"]
    assert produce.end(SIGTERM) == 0
    published = worker.published()
    until(lambda: worker.sum_of("ioc_worker_events_total") == published, "all is worked through")
    accepted = int(worker.sum_of("ioc_worker_events_total", verdict="accepted"))
    until(lambda: worker.archived() == accepted, "all that was accepted is archived")
    assert 0 < accepted < published  # a share of the simulated events is faulty
    until(lambda: sink.sum_of("ioc_sink_lag", route=f"events-{FEED}") == 0, "the sink has no lag")
    assert worker.sum_of("ioc_worker_lag") == 0
    assert worker.sum_of("ioc_worker_batch_messages_sum", topic=f"ioc.events.{FEED}.v1") > 0
    assert sink.sum_of("ioc_sink_insert_seconds_count") > 0


def each_part_ends_within_the_deadline(running: Parts) -> None:
    _, parts = running
    for name in ("worker", "sink", "clickhouse"):
        with within(STOP_S):
            code = parts[name].end(SIGTERM)
        assert code == 0, parts[name].log[-2000:]


def test_parts_say_what_they_did_and_whether_they_get_on(running: Parts) -> None:
    """One after the other: each leaves the parts to the next, and the last ends them."""
    all_become_ready_and_healthy_and_show_what_is_declared(running)
    a_paused_clickhouse_makes_the_sink_unhealthy_until_it_is_back(running)
    a_paused_broker_makes_all_that_use_it_unhealthy(running)
    the_counts_are_those_of_the_log_and_of_the_archive(running)
    each_part_ends_within_the_deadline(running)
