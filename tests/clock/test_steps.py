"""The clock of a running stack is set forward and back: it keeps running with exact figures."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from clickhouse_connect.driver.client import Client
from kafka import KafkaProducer

from contracts.messages import iso
from tests.clock.instants import INSTANT
from tests.clock.shift import VARIABLE, Shift
from tests.contracts.samples import SAMPLES
from tests.e2e.ledger import client_of, published, rows
from tests.e2e.parts import parts_of
from tests.e2e.recount import FIGURES, open_items_recount, recount
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.waiting import until

pytestmark = pytest.mark.skipif(
    os.environ.get(INSTANT) != "step", reason='make test-clock INSTANTS="step" runs it'
)

SETS_THE_CLOCK = True
FEEDS = ("dossier", "press")
PROVINCE = "17"
AHEAD_S, BACK_S = 2 * 3600, 3600
AUDIT_EVERY_S = 5
ARTICLES = 20


class Stack:
    """A stack and the clock that it shares with the test."""

    def __init__(self, environment: dict[str, str], parts: dict[str, Part]) -> None:
        self.environment, self.parts = environment, parts
        self.clock = Shift(Path(os.environ[VARIABLE]))

    def publish(self, first: int) -> None:
        """Articles of this moment."""
        now_ms = int(time.time() * 1000)
        with closing(
            KafkaProducer(bootstrap_servers=self.environment["IOC_KAFKA_BOOTSTRAP"])
        ) as to:
            for number in range(first, first + ARTICLES):
                event = SAMPLES["press", "article"] | {
                    "event_id": f"00000000-0000-0000-0000-{number:012d}",
                    "occurred_at": iso(now_ms),
                    "published_at": iso(now_ms),
                }
                value = orjson.dumps(event)
                to.send("ioc.events.press.v1", value, b"148")
            to.flush()

    def is_exact(self, client: Client) -> bool:
        """Whether every event is accounted for, and every shown figure equals the archive's."""
        for feed in FEEDS:
            counted = rows(
                client,
                f"SELECT (SELECT count() FROM events_{feed} FINAL),"
                f" (SELECT count() FROM rejects FINAL WHERE feed = '{feed}')",
            )[0]
            if sum(counted) != len(published(self.environment, feed)):
                return False
            if any(rows(client, recount(feed, name, PROVINCE)) for name in FIGURES[feed]):
                return False
        return not rows(client, open_items_recount("dossier", PROVINCE))


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    environment = ioc_environment(
        tmp_path,
        IOC_FEEDS=",".join(FEEDS),
        IOC_HISTORY_H="3",
        IOC_RATE="0.5",
        IOC_AUDIT_EVERY_S=str(AUDIT_EVERY_S),
        IOC_AUDIT_SETTLE_S="3",
    )
    with parts_of(environment, FEEDS) as parts:
        yield Stack(environment, parts)


def audits(client: Client) -> int:
    return int(rows(client, "SELECT count() FROM audit WHERE origin = 'sink'")[0][0])


def articles(client: Client) -> int:
    """The shown number of articles of the last 24 hours."""
    shown = rows(
        client,
        "SELECT value FROM indicator_latest WHERE indicator = 'press.articles'"
        " AND district = '148' AND horizon_s = 86400",
    )
    return int(shown[0][0] or 0) if shown else 0


def as_of(client: Client) -> float:
    """The moment that the feed furthest behind speaks for, in seconds since 1970; 0 before any."""
    newest = "SELECT max(as_of) AS at FROM indicator_latest GROUP BY splitByChar('.', indicator)[1]"
    return float(rows(client, f"SELECT toUnixTimestamp(min(at)) FROM ({newest})")[0][0] or 0)


def test_figures_stay_exact_when_the_clock_is_set(stack: Stack) -> None:
    client, produce = client_of(stack.environment), stack.parts["produce"]

    def exact(what: str) -> None:
        until(lambda: stack.is_exact(client), f"figures are exact {what}")

    until(lambda: "live from here" in produce.log, "producers are live")
    stack.clock.step(AHEAD_S)
    until(lambda: time.time() - as_of(client) < 60, "figures are of then")
    assert produce.end(signal.SIGTERM) == 0, produce.log
    exact("two hours ahead")

    before, audited = articles(client), audits(client)
    stack.clock.step(-BACK_S)
    stack.publish(1)
    until(lambda: articles(client) == before + ARTICLES, "articles of now are shown")
    exact("an hour back")
    until(lambda: audits(client) > audited + 2, "the sink goes on with its audits")

    stack.parts["worker"].end(signal.SIGKILL)
    stack.parts["worker"].start()
    produce.start()
    stack.publish(1 + ARTICLES)
    until(lambda: articles(client) >= before + 2 * ARTICLES, "a new worker shows more")
    assert produce.end(signal.SIGTERM) == 0, produce.log
    exact("with a new worker")
    done = run_ioc(stack.environment, "audit")
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("worker", "sink", "clickhouse"):
        assert "Traceback" not in stack.parts[name].log, stack.parts[name].log[-3000:]
