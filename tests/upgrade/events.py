"""Events of the upgrade test: every kind of the feeds of 0.1.0, in a few minutes of a past day."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from kafka import KafkaProducer

from tests.contracts.samples import SAMPLES

START = datetime(2025, 11, 20, 3, tzinfo=UTC)
DISTRICTS = ("148", "150", "152")
MINUTES = 4
KINDS = {
    "report": ("figure",),
    "eoffice": ("received", "issued", "completed", "revoked"),
    "dossier": ("received", "supplement_requested", "resolved", "returned", "paid"),
    "traffic": ("detection", "review", "heartbeat"),
    "press": ("article",),
    "infosec": (
        "heartbeat", "alert", "triage",
        "incident_opened", "incident_contained", "incident_reported", "incident_resolved",
    ),
    "education": ("report", "lessons", "usage", "incident"),
    "tourism": ("arrival", "stay", "revenue", "complaint"),
    "petition": (
        "received", "assigned", "supplement_requested", "answered", "published", "refused", "rated",
    ),
    "health": ("records", "vaccinations", "cases"),
    "platform": ("call", "connection"),
}  # fmt: skip
"""The kinds of version 0.1.0; later versions may have more."""
ITEMS = ("document_id", "dossier_id", "detection_id", "article_id")


def events(feeds: Iterable[str], rounds: Iterable[int]) -> Iterator[tuple[str, str, bytes]]:
    """Feed, district and event. A round has each kind once a district and minute; no id repeats."""
    for round_ in rounds:
        for feed in feeds:
            for n, (kind, sample) in enumerate(_samples(feed)):
                for minute in range(MINUTES):
                    for district in DISTRICTS:
                        place = f"{feed}{kind}{minute}{district}{round_}"
                        yield feed, district, _event(sample, district, minute, n + round_, place)


def _samples(feed: str) -> list[tuple[str, dict[str, Any]]]:
    return [(kind, SAMPLES[feed, kind]) for kind in KINDS[feed]]


def _event(sample: dict[str, Any], district: str, minute: int, second: int, place: str) -> bytes:
    at = START + timedelta(minutes=minute, seconds=second)
    return orjson.dumps(
        sample
        | {
            "event_id": str(UUID(bytes=place.encode().rjust(40, b"0")[-16:])),
            "district": district,
            "occurred_at": at,
        }
        | {name: at - timedelta(hours=1) for name in ("received_at",) if name in sample}
        | {name: f"item-{place}" for name in ITEMS[:2] if name in sample}
    )


def publish(bootstrap: str, made: Iterable[tuple[str, str, bytes]]) -> dict[str, int]:
    """Send events; give how many of each feed."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    counts: dict[str, int] = {}
    for feed, district, value in made:
        producer.send(f"ioc.events.{feed}.v1", value, district.encode())
        counts[feed] = counts.get(feed, 0) + 1
    producer.close()
    return counts
