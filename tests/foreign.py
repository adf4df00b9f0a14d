"""A producer that nobody here configures: librdkafka, as .NET, Go, PHP and C++ clients use it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
from confluent_kafka import Producer

from contracts.topics import events_topic
from tests.contracts.samples import SAMPLES

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
Headers = Sequence[tuple[str, bytes | None]]


def foreign_producer(servers: str, **config: Any) -> Producer:
    """A producer of librdkafka; underscores in names stand for its dots."""
    given = {name.replace("_", "."): value for name, value in config.items()}
    return Producer({"bootstrap.servers": servers, "linger.ms": 200, **given})


DISTRICTS = ("148", "150", "152", "153", "154", "155", "156", "157", "158", "159")


def send_articles(producer: Producer, count: int) -> None:
    """Send ``count`` events of the press, of this moment and of all districts."""
    for number in range(count):
        district = DISTRICTS[number % len(DISTRICTS)]
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        own = {"event_id": str(uuid4()), "occurred_at": now, "district": district}
        value = orjson.dumps(SAMPLES["press", "article"] | own)
        producer.produce(events_topic("press"), value, district.encode())
    deliver(producer)


def deliver(producer: Producer) -> None:
    """Wait until the broker has all that was produced."""
    assert producer.flush(60) == 0
