"""SIGTERM while a process can't end in order: it ends all the same, and says so."""

from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from signal import SIGSTOP, SIGTERM
from threading import Thread
from urllib.request import urlopen

import pytest

from contracts.access.writer_password import own_password
from ioc.process.deadline import EXIT_LATE
from tests.e2e.ledger import WRITER, client_of, rows
from tests.e2e.running import Part, ioc_environment
from tests.monitoring.parts import FEED, Monitored, monitored
from tests.waiting import until

STOP_S = 5
LATE = f"did not stop in order within IOC_STOP_S={STOP_S}; the process ends"
Parts = tuple[Part, dict[str, Monitored]]

FOLDED = ", ".join(
    f"levenshteinDistance(repeat('ab', {n}), repeat('ba', {n}))" for n in range(32_000, 32_060)
)
"""Constants of some seconds each, worked out before a query begins: nothing interrupts that."""
ENDLESS = "SELECT sum(cityHash64(number)) FROM numbers(100000000000000)"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Parts]:
    with monitored(
        tmp_path,
        IOC_FEEDS=FEED,
        IOC_RATE="200",
        IOC_HISTORY_H="0.01",
        IOC_STOP_S=str(STOP_S),
        IOC_AUDIT_EVERY_S="0",
    ) as parts:
        yield parts


def ended_with(part: Part) -> int:
    """Its exit code; it logs that it was late if and only if it was."""
    code = part.wait()
    assert (LATE in part.log) == (code == EXIT_LATE), part.log[-2000:]
    return code


def test_without_a_broker_each_part_ends_at_the_deadline_at_the_latest(running: Parts) -> None:
    """Faust mostly waits for the broker; sink and producers give up in time to end in order."""
    broker, parts = running
    for name, part in parts.items():
        until(lambda part=part: part.is_well("/readyz"), f"{name} is ready")  # type: ignore[misc]
    broker.send(SIGSTOP)
    for name in ("worker", "sink", "produce"):
        parts[name].send(SIGTERM)
    for name in ("worker", "sink", "produce"):
        assert ended_with(parts[name]) in (0, EXIT_LATE)


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[tuple[Part, dict[str, str]]]:
    environment = ioc_environment(tmp_path, IOC_STOP_S=str(STOP_S))
    part = Part(environment, "clickhouse")
    part.start()
    try:
        part.await_port(int(environment["IOC_CLICKHOUSE_PORT"]))
        yield part, environment
    finally:
        part.kill()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param(ENDLESS, 0, id="interrupted"),
        pytest.param(f"SELECT {FOLDED}", EXIT_LATE, id="not to be interrupted"),
    ],
)
def test_the_endpoint_ends_while_a_query_runs(
    endpoint: tuple[Part, dict[str, str]], query: str, code: int
) -> None:
    part, environment = endpoint

    def ask() -> None:
        known = f"user={WRITER}&password={own_password(Path(environment['IOC_DATA_DIR']))}"
        url = f"http://127.0.0.1:{environment['IOC_CLICKHOUSE_PORT']}/?{known}"
        with suppress(OSError, HTTPException), urlopen(url, query.encode()) as answer:
            answer.read()

    Thread(target=ask, daemon=True).start()
    client = client_of(environment, WRITER, "default")
    asked = (
        "SELECT count() FROM system.processes WHERE query LIKE '%number%' OR query LIKE '%leven%'"
    )
    until(lambda: rows(client, asked)[0][0] > 1, "the query runs")  # and the one that asks
    part.send(SIGTERM)
    assert ended_with(part) == code
