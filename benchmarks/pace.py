"""Publishes real events of a feed at a steady rate, each dated at the time of its sending.

Run as a process of its own, it prints as JSON how many it sent, and in how many seconds. It sends
whole record batches and waits for their confirmation, so that it takes little of the machine that
is measured.
"""

import argparse
import asyncio
import json
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle
from typing import Any

from aiokafka import AIOKafkaProducer

from benchmarks.load import messages
from benchmarks.preload import BATCH_BYTES, placed
from contracts.messages import iso
from contracts.settings import Settings, load_settings
from contracts.topics import events_topic

TICK_S = 0.01
DISTINCT = 20_000
IN_FLIGHT = 64
_TIME = re.compile(rb'(?<=")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(?=")')
_ID = re.compile(rb'(?<="event_id":")[^"]{8}')


def templates(feed: str, partitions: int) -> list[tuple[int, bytes, bytes, list[bytes]]]:
    """Partition, key, text before the id, and texts between the times, of valid events."""
    found = []
    for record in placed(partitions, messages(feed, DISTINCT, fault_share=0)):
        head, tail = _ID.split(record.value, maxsplit=1)
        if _TIME.search(head) is None:
            found.append((record.partition, record.key or b"", head, _TIME.split(tail)))
    return found


def events(feed: str, partitions: int, first: int) -> Iterator[tuple[int, bytes, bytes, Any]]:
    """The same repeated endlessly, with ids counted from ``first``."""
    number = first
    for partition, key, head, parts in cycle(templates(feed, partitions)):
        yield partition, key, head + b"%08x" % number, parts
        number += 1


async def publish(
    settings: Settings, feed: str, rate: float, seconds: float, count: int | None, first: int
) -> dict[str, float]:
    """Publish for a time, or a number; return number and seconds until the last confirmation."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        acks="all",
        max_batch_size=BATCH_BYTES,
        max_request_size=2 * BATCH_BYTES,
    )
    await producer.start()
    source, topic = events(feed, settings.kafka_partitions, first), events_topic(feed)
    next(source)
    began, sent, pending = time.monotonic(), 0, []
    try:
        while (elapsed := time.monotonic() - began) < seconds and sent != count:
            due = min(round(elapsed * rate), sent + 5_000, *([count] if count else []))
            pending += await _send(producer, topic, source, due - sent)
            sent = max(sent, due)
            if len(pending) > IN_FLIGHT:
                await asyncio.gather(*pending)
                pending = []
            if sent >= round((time.monotonic() - began) * rate):
                await asyncio.sleep(TICK_S)
        await asyncio.gather(*pending)
        return {"sent": sent, "seconds": time.monotonic() - began}
    finally:
        await producer.stop()


async def _send(producer: AIOKafkaProducer, topic: str, source: Any, count: int) -> list[Any]:
    """Send events of this moment, a record batch for each partition; futures of confirmations."""
    now_ms = int(time.time() * 1000)
    now = iso(now_ms).encode()
    batches: dict[int, Any] = defaultdict(producer.create_batch)
    for _ in range(count):
        partition, key, head, parts = next(source)
        batches[partition].append(timestamp=now_ms, key=key, value=head + now.join(parts))
    return [
        await producer.send_batch(batch, topic, partition=partition)
        for partition, batch in batches.items()
    ]


def main() -> None:
    """Publish, and print what was sent as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--feed", default="traffic")
    parser.add_argument("--rate", type=float, required=True, help="events/s")
    parser.add_argument("--seconds", type=float, default=86_400)
    parser.add_argument("--count", type=int, help="end after so many events")
    parser.add_argument("--first", type=int, default=0, help="number of the first id; never twice")
    given = parser.parse_args()
    sent = asyncio.run(
        publish(load_settings(), given.feed, given.rate, given.seconds, given.count, given.first)
    )
    print(json.dumps(sent))


if __name__ == "__main__":
    main()
