"""Rolls the broker of `ioc up` over many times under load, and accounts for every event.

Beside the simulators, which `ioc up` stops for a roll-over, a foreign producer publishes, which
knows nothing of it. Run by hand: ``python -m tests.e2e.rolling --times 50``.
"""

import argparse
import re
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from signal import SIGTERM
from threading import Event, Thread
from typing import Any

import orjson
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from kafka import KafkaProducer
from kafka.errors import KafkaError

from contracts.topics import events_topic
from sinks.faults import is_retryable
from tests.chaos.plan import SESSION_TIMEOUT_S
from tests.e2e.ledger import client_of, rows
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.waiting import until

FEEDS = ("press", "traffic")
FOREIGN = "press"
RATE, FOREIGN_RATE = 200, 50
MEMORY_MB = 70
"""A broker is full seconds after its start, so that it is rolled over as soon as it may be."""
DISTRICTS = ("148", "150", "152", "153")
SCREEN_S = 0.5
REFUSED = b'{"feed":"press","kind":"article","event_id":"%d"}'
"""Every twentieth message is one that has to come back as a reject."""
REFUSED_EVERY = 20


class ForeignProducer(Thread):
    """Publishes articles steadily, and each again until the broker has it, as clients do."""

    def __init__(self, bootstrap: str) -> None:
        super().__init__(name="foreign producer", daemon=True)
        self._servers = bootstrap
        self._end = Event()
        self.accepted: set[str] = set()
        """The ids of valid events that a broker has acknowledged."""
        self.refused = 0
        """Invalid ones that it has acknowledged; a resent one may stand twice in the log."""

    def finish(self) -> None:
        """End when all that was begun is acknowledged."""
        self._end.set()
        self.join()

    def run(self) -> None:
        number, due, producer = 0, time.monotonic(), None
        waiting: list[tuple[bytes, bytes]] = []
        while waiting or not self._end.is_set():
            while due <= time.monotonic() and not self._end.is_set():
                waiting.append(_message(number))
                number, due = number + 1, due + 1 / FOREIGN_RATE
            try:
                producer = producer or self._client()
                waiting = self._sent(producer, waiting)
            except KafkaError:  # no broker listens just now
                producer = None
            self._end.wait(0.02)

    def _client(self) -> Any:
        return KafkaProducer(
            bootstrap_servers=self._servers,
            enable_idempotence=False,
            acks="all",
            request_timeout_ms=10_000,
            delivery_timeout_ms=10_000,
        )

    def _sent(self, producer: Any, waiting: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Send messages; gives those that were not acknowledged."""
        topic = events_topic(FOREIGN)
        under_way = [(each, producer.send(topic, each[1], each[0])) for each in waiting]
        left = []
        for each, future in under_way:
            try:
                future.get(timeout=15)
            except KafkaError:
                left.append(each)
            else:
                self._note(each[1])
        return left

    def _note(self, value: bytes) -> None:
        event = orjson.loads(value)
        if "article_id" in event:
            self.accepted.add(event["event_id"])
        else:
            self.refused += 1


def _message(number: int) -> tuple[bytes, bytes]:
    """Key and value of the article of that number, which appears now."""
    if number % REFUSED_EVERY == 0:
        return b"148", REFUSED % number
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    district = DISTRICTS[number % len(DISTRICTS)]
    article = {
        "feed": "press",
        "kind": "article",
        "event_id": str(uuid.uuid4()),
        "district": district,
        "occurred_at": now,
        "published_at": now,
        "source": "foreign",
        "article_id": f"{number:016x}",
        "outlet": "bao-hoa-binh",
        "outlet_kind": "local",
        "topic": "giao-thong",
        "sentiment": "neutral",
        "score": 0.0,
        "reach": 1,
    }
    return district.encode(), orjson.dumps(article)


class Screen(Thread):
    """Reads twice a second what a screen shows: was it ever empty, and how old did it get?

    If faults strike (``may_fail``), ClickHouse may be away for a while.
    """

    def __init__(self, environment: dict[str, str], *, may_fail: bool) -> None:
        super().__init__(name="screen", daemon=True)
        self._environment = environment
        self._may_fail = may_fail
        self._end = Event()
        self.empty = 0
        self.reads = 0
        self.unread = 0
        self.oldest_s = 0.0
        """Age of the newest figure of traffic, at its greatest."""

    def finish(self) -> None:
        self._end.set()
        self.join()

    def run(self) -> None:
        with closing(client_of(self._environment)) as client:
            while not self._end.wait(SCREEN_S):
                try:
                    self._look(client)
                except ClickHouseError as error:  # only a fault takes the endpoint away
                    if not self._may_fail or not is_retryable(error):
                        raise
                    self.unread += 1

    def _look(self, client: Client) -> None:
        ((count, age_s),) = rows(
            client,
            "SELECT count(), dateDiff('millisecond', max(computed_at), now64(3)) / 1000 "
            "FROM indicator_latest WHERE startsWith(indicator, 'traffic.')",
        )
        self.reads += 1
        self.empty += not count
        self.oldest_s = max(self.oldest_s, age_s)


@dataclass
class Rolled:
    """The findings of a run; all is right if ``differences`` is empty."""

    times: int = 0
    foreign: int = 0
    refused: int = 0
    oldest_s: float = 0.0
    reads: int = 0
    unread: int = 0
    """Reads of the screen that ClickHouse answered, and those that it did not."""
    seconds: list[float] = field(default_factory=list)
    """How long each roll-over took."""
    differences: list[str] = field(default_factory=list)


@contextmanager
def stack_of(environment: dict[str, str]) -> Iterator[Part]:
    stack = Part(environment, "up", "--rate", str(RATE))
    stack.start()
    try:
        yield stack
        assert stack.end(SIGTERM) == 0, stack.log
    finally:
        stack.kill()


def environment_of(folder: Path) -> dict[str, str]:
    return ioc_environment(
        folder,
        IOC_FEEDS=",".join(FEEDS),
        IOC_HISTORY_H="0.05",
        IOC_BROKER_MEMORY_MB=str(MEMORY_MB),
        IOC_KAFKA_SESSION_TIMEOUT_S=str(SESSION_TIMEOUT_S),
        IOC_SINK_RETRY_MAX_S="3",
    )


def run(folder: Path, times: int, strike: Callable[[], None] | None = None) -> Rolled:
    """Let the broker be rolled over ``times`` times while faults strike; then account for all."""
    environment, rolled = environment_of(folder), Rolled()
    with stack_of(environment) as stack:
        until(lambda: "accepted" in stack.log, "figures are shown")
        foreign = ForeignProducer(environment["IOC_KAFKA_BOOTSTRAP"])
        screen = Screen(environment, may_fail=strike is not None)
        foreign.start()
        screen.start()
        if strike:
            strike()
        until(
            lambda: len(took(folder)) >= times,
            f"rolled over {times} times",
            progress=lambda: len(took(folder)),
        )
        foreign.finish()
        with closing(client_of(environment)) as client:
            until(lambda: not unaccounted(client, foreign), "all events are stored")
            screen.finish()
            rolled.differences = [
                *unaccounted(client, foreign),
                *(f"the screen was empty {screen.empty} times" for _ in range(bool(screen.empty))),
                *missing_minutes(client),
                *dips(client),
            ]
        audit = run_ioc(environment, "audit", "--feed", *_feed_options())
        if audit.returncode:
            rolled.differences.append(audit.stdout + audit.stderr)
    rolled.times, rolled.seconds = len(took(folder)), took(folder)
    rolled.foreign, rolled.refused = len(foreign.accepted), foreign.refused
    rolled.oldest_s, rolled.reads, rolled.unread = screen.oldest_s, screen.reads, screen.unread
    return rolled


def _feed_options() -> Sequence[str]:
    return [FEEDS[0], "--feed", FEEDS[1]]


def took(folder: Path) -> list[float]:
    """Seconds of each roll-over so far."""
    told = re.findall(r"rolled over from .* in ([0-9.]+) s", supervisor_log(folder))
    return [float(seconds) for seconds in told]


def supervisor_log(folder: Path) -> str:
    """The log of `ioc up` so far."""
    try:
        return (folder / "logs" / "supervisor.log").read_text()
    except FileNotFoundError:
        return ""


def unaccounted(client: Client, foreign: ForeignProducer) -> list[str]:
    """Acknowledged events that are missing, or stored twice."""
    stored = [
        str(row[0])
        for row in rows(client, "SELECT event_id FROM events_press FINAL WHERE source = 'foreign'")
    ]
    ((refused,),) = rows(
        client,
        "SELECT count() FROM rejects FINAL WHERE feed = 'press' "
        f"AND startsWith(raw, '{REFUSED.split(b'%')[0].decode()}')",
    )
    found = []
    if lost := foreign.accepted - set(stored):
        found.append(f"{len(lost)} acknowledged events are not archived")
    if len(stored) > len(set(stored)):
        found.append(f"{len(stored) - len(set(stored))} events are archived twice")
    ((twice,),) = rows(
        client,
        "SELECT count() - uniqExact(generation, partition, offset) FROM events_press FINAL",
    )
    if twice:
        found.append(f"{twice} offsets were given to two events")
    if refused < foreign.refused:
        found.append(f"of {foreign.refused} refused events {refused} are kept")
    return found


def missing_minutes(client: Client) -> list[str]:
    """Minutes between the first and the last figures of a feed's trend that have none."""
    return [
        f"{indicator}: {minutes} minutes between its first and its last figure, {held} of them held"
        for indicator, minutes, held in rows(
            client,
            "SELECT indicator, dateDiff('minute', min(window_end), max(window_end)) + 1 AS minutes,"
            " uniqExact(window_end) AS held FROM indicators WHERE horizon_s = 86400 "
            "AND district = '17' AND window_end > now() - INTERVAL 1 DAY "
            "AND window_end >= (SELECT min(rejected_at) FROM rejects) "
            "GROUP BY indicator HAVING held < minutes",
        )
    ]


def dips(client: Client) -> list[str]:
    """Counts of a day that are less than those of a minute before."""
    return [
        f"{indicator} of {unit} fell {count} times, first to {least:.0f} in the day to {at} UTC"
        for indicator, unit, count, least, at in rows(
            client,
            "SELECT indicator, district, countIf(fell), argMinIf(numerator, window_end, fell), "
            "minIf(window_end, fell) FROM (SELECT indicator, district, window_end, numerator, "
            "numerator < lagInFrame(numerator) OVER (PARTITION BY indicator, district "
            "ORDER BY window_end ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS fell "
            "FROM indicators FINAL WHERE horizon_s = 86400 "
            "AND indicator IN ('press.articles', 'traffic.flow')) "
            "GROUP BY indicator, district HAVING countIf(fell) > 0",
        )
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory(prefix="ioc-rolling-") as folder:
        rolled = run(Path(folder), times)
    print(rolled)
    sys.exit(bool(rolled.differences))


if __name__ == "__main__":
    main()
