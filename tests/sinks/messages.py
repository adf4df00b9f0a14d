"""Messages as the workers send them, made by hand."""

from typing import Any, NamedTuple
from uuid import UUID

from sinks.consuming.route import Headers

Row = dict[str, Any]


class Message(NamedTuple):
    """A message as the sink takes it from Kafka."""

    value: bytes | None
    key: bytes | None = None
    offset: int = 0
    partition: int = 0
    headers: Headers = ()
    topic: str = "t"


def detection(number: int, **changes: object) -> Row:
    """An accepted detection; ``number`` is its offset and makes its id."""
    return {
        "event_id": str(UUID(int=number)),
        "district": "148",
        "occurred_at": f"2026-11-23T09:{number // 60 % 60:02d}:{number % 60:02d}.250000+00:00",
        "source": "sim",
        "feed": "traffic",
        "camera_id": "cam-148-01",
        "road": "Đại lộ Thịnh Lang",
        "kind": "detection",
        "lane": 2,
        "vehicle_class": "motorbike",
        "speed_kmh": 41.7,
        "limit_kmh": 60,
        "violation": None,
        "confidence": 0.93,
        "generation": 3,
        "partition": 0,
        "offset": number,
        **changes,
    }


def review(number: int) -> Row:
    """An accepted review."""
    return {
        "event_id": str(UUID(int=number)),
        "district": "150",
        "occurred_at": "2026-11-23T09:00:01Z",
        "source": "sim",
        "feed": "traffic",
        "camera_id": "cam-150-01",
        "road": "QL6",
        "kind": "review",
        "detection_id": str(UUID(int=7)),
        "violation": "speeding",
        "review": "confirmed",
        "generation": 3,
        "partition": 1,
        "offset": number,
    }


def reject(offset: int, raw_base64: str, **changes: object) -> Row:
    return {
        "feed": "traffic",
        "topic": "ioc.events.traffic.v1",
        "generation": 3,
        "partition": 1,
        "offset": offset,
        "reason": "malformed",
        "detail": "speed_kmh: Input should be a valid number",
        "raw_base64": raw_base64,
        "published_at": "2026-11-23T09:00:00.001Z",
        "rejected_at": "2026-11-23T09:00:00.500Z",
        **changes,
    }


def pane(minute: int, version: int, detections: int) -> Row:
    return {
        "feed": "traffic",
        "district": "148",
        "pane": f"2026-11-23T09:{minute:02d}:00.000Z",
        "version": version,
        "counts": {"detections": detections, "speed_deci_kmh": -3},
        "histograms": {"speed_kmh": {"41": detections, "-1": 2}},
        "sets": {"outlets": ["báo-hòa-bình", "x"]},
        "emitted_at": "2026-11-23T09:10:00.000Z",
    }


def progress(version: int, emitted_at: str, accepted: int) -> Row:
    return {
        "feed": "traffic",
        "generation": 3,
        "partition": 1,
        "version": version,
        "newest": "2026-11-23T09:09:59.000Z",
        "watermark": "2026-11-23T09:09:54.000Z",
        "accepted": accepted,
        "rejected": 2,
        "duplicates": 1,
        "late": 0,
        "emitted_at": emitted_at,
    }


def indicator(minute: int, value: float | None, version: int, computed_at: str) -> Row:
    return {
        "indicator": "traffic.speed_mean",
        "district": "148",
        "horizon_s": 300,
        "window_end": f"2026-11-23T09:{minute:02d}:00.000Z",
        "as_of": f"2026-11-23T09:{minute:02d}:07.500Z",
        "value": value,
        "numerator": 417.0,
        "denominator": 10,
        "computed_at": computed_at,
        "version": version,
    }
