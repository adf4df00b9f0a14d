"""A producer that nobody here configures: librdkafka, as .NET, Go, PHP and C++ clients use it."""

from collections.abc import Sequence
from typing import Any

from confluent_kafka import Producer

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
Headers = Sequence[tuple[str, bytes | None]]


def foreign_producer(servers: str, **config: Any) -> Producer:
    """A producer of librdkafka; underscores in names stand for its dots."""
    given = {name.replace("_", "."): value for name, value in config.items()}
    return Producer({"bootstrap.servers": servers, "linger.ms": 200, **given})


def deliver(producer: Producer) -> None:
    """Wait until the broker has all that was produced."""
    assert producer.flush(60) == 0
