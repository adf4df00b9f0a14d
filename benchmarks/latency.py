"""Seconds from an event's ``occurred_at`` until it is readable in ClickHouse, at a steady rate.

Start the parts without simulators over a folder of their own, then this beside them::

    export IOC_DATA_DIR=var-latency IOC_FEEDS=traffic
    ioc broker & ioc clickhouse & sleep 3; ioc topics apply; ioc schema apply
    ioc worker & ioc sink & sleep 8
    python -m benchmarks.latency --rate 1000 --seconds 60

Events are published in the moment they occur, without the simulators' disorder. An event counts as
readable when a query that was sent after it was inserted returns it; queries follow one another
every 50 ms, which the figures include.
"""

import argparse
import time
import uuid
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from threading import Thread

import orjson
from kafka import KafkaProducer

from contracts.messages import iso
from contracts.reference.province import load_reference
from contracts.settings import Settings, load_settings
from contracts.topics import events_topic
from sinks import client

POLL_S = 0.05
TICK_S = 0.01
PATIENCE_S = 30.0
RUN = f"latency-{uuid.uuid4().hex[:12]}"
"""The source field of this run's events, which identifies them."""


def events(settings: Settings) -> Iterator[tuple[bytes, dict[str, object]]]:
    """An endless series of detections of the known cameras in turn, as key and event."""
    cameras = load_reference(settings).cameras
    while True:
        for camera in cameras:
            yield (
                camera.district.encode(),
                {
                    "event_id": str(uuid.uuid4()),
                    "feed": "traffic",
                    "kind": "detection",
                    "district": camera.district,
                    "source": RUN,
                    "camera_id": camera.camera_id,
                    "road": camera.road,
                    "lane": 1,
                    "vehicle_class": "car",
                    "speed_kmh": 50.0,
                    "limit_kmh": camera.limit_kmh,
                    "confidence": 0.9,
                },
            )


def publish(settings: Settings, rate: float, seconds: float) -> None:
    """Publish at a steady rate."""
    producer = KafkaProducer(bootstrap_servers=settings.kafka_bootstrap, linger_ms=5)
    source = events(settings)
    topic, began, sent = events_topic("traffic"), time.monotonic(), 0
    while (elapsed := time.monotonic() - began) < seconds:
        while sent < elapsed * rate:
            key, event = next(source)
            event["occurred_at"] = iso(int(time.time() * 1000))
            producer.send(topic, orjson.dumps(event), key)
            sent += 1
        time.sleep(TICK_S)
    producer.flush()


def readable(settings: Settings, until_s: float) -> list[float]:
    """Latency in seconds of each event: when a query first saw its place, less ``occurred_at``.

    A partition's events are inserted in order, so the queries need only ask for the newest place.
    """
    sightings: dict[int, list[tuple[int, float]]] = defaultdict(list)
    with client.reader(settings) as connection:
        while time.monotonic() < until_s:
            newest = connection.query(
                "SELECT partition, max(offset) FROM events_traffic GROUP BY partition"
            ).result_rows
            now_ms = time.time() * 1000
            for partition, offset in newest:
                sightings[partition].append((offset, now_ms))
            time.sleep(POLL_S)
        events = connection.query(
            "SELECT partition, offset, toUnixTimestamp64Milli(occurred_at) FROM events_traffic"
            " FINAL WHERE source = {run:String}",
            parameters={"run": RUN},
        ).result_rows
    latencies = []
    for partition, offset, occurred_ms in events:
        seen = sightings[partition]
        first = bisect_left(seen, (offset, 0.0))
        if first < len(seen):
            latencies.append((seen[first][1] - occurred_ms) / 1000)
    return latencies


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rate", type=float, default=1000, help="events/s")
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    settings = load_settings()
    sender = Thread(target=publish, args=(settings, given.rate, given.seconds), daemon=True)
    sender.start()
    until_s = time.monotonic() + given.seconds + PATIENCE_S / 10
    latencies = sorted(readable(settings, until_s))
    sender.join(PATIENCE_S)
    expected = given.rate * given.seconds
    print(f"{len(latencies):,} of about {expected:,.0f} events at {given.rate:,.0f}/s")
    for share in (0.5, 0.9, 0.99, 0.999):
        print(f"p{share * 100:g}: {latencies[int(share * (len(latencies) - 1))]:.3f} s")


if __name__ == "__main__":
    main()
