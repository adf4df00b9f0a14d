"""Traffic cameras: detections, their review by a person, and heartbeats."""

from functools import partial
from operator import is_not
from typing import Annotated, Literal

from pydantic import Field

from contracts.contents import Content
from contracts.events.event import Checked, Event, EventId, Instant, Token
from contracts.feed import Feed
from contracts.indicators.formulas import CountOf, QuantileOf, RateOf, RatioOf
from contracts.indicators.gauges import Presence
from contracts.indicators.indicator import Better, Indicator, Measurement, Threshold
from contracts.indicators.measures import Count, CountIf, Histogram, Retraction, Sum
from contracts.reference.known_reporters import cameras_by_district

HEAVY = frozenset({"truck", "bus"})
DECI = 10
ONLINE_LIMIT_S = 90

Violation = Literal["speeding", "red_light", "wrong_lane", "illegal_stop"]


class CameraEvent(Event):
    """Fields of all camera events."""

    feed: Literal["traffic"]
    camera_id: Token
    road: Annotated[str, Field(min_length=1, max_length=64)]


class Detection(CameraEvent):
    """A vehicle passed; ``violation`` is only a suspicion until a person confirms it."""

    kind: Literal["detection"]
    lane: Annotated[int, Field(ge=1, le=12)]
    vehicle_class: Literal["motorbike", "car", "truck", "bus", "other"]
    speed_kmh: Annotated[float, Field(ge=0, le=250, allow_inf_nan=False)]
    limit_kmh: Annotated[int, Field(ge=5, le=120)]
    violation: Violation | None = None
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    plate_token: (
        Annotated[
            str,
            Field(pattern=r"^[0-9a-f]{16,64}$", description="keyed hash, never the plate itself"),
        ]
        | None
    ) = None


class Review(CameraEvent):
    """A person confirmed or rejected a suspected violation.

    If it names the time of the detection, a rejection retracts the suspicion from that minute.
    """

    kind: Literal["review"]
    detection_id: EventId
    detected_at: Instant | None = None
    violation: Violation
    review: Literal["confirmed", "rejected"]


class Heartbeat(CameraEvent):
    """A camera reports that it is alive."""

    kind: Literal["heartbeat"]


CameraEvents = Annotated[Detection | Review | Heartbeat, Field(discriminator="kind")]


def _deci(speed_kmh: float) -> int:
    return round(speed_kmh * DECI)


def _taken_back(event: Checked) -> int:
    return -int(event["review"] == "rejected")


_SEEN, _REVIEWED = frozenset({"detection"}), frozenset({"review"})

MEASURES = (
    Count("detections", _SEEN),
    CountIf("suspected", _SEEN, partial(is_not, None), of_field="violation"),
    Retraction("suspected", _REVIEWED, _taken_back, "detected_at", "detection_id"),
    CountIf("heavy", _SEEN, HEAVY.__contains__, of_field="vehicle_class"),
    Sum("speed_deci_kmh", _SEEN, _deci, of_field="speed_kmh"),
    Histogram("speed_kmh", _SEEN, int, of_field="speed_kmh"),
    Count("reviews", _REVIEWED),
    CountIf("confirmed", _REVIEWED, lambda event: event["review"] == "confirmed"),
    CountIf("rejected", _REVIEWED, lambda event: event["review"] == "rejected"),
)

_SOURCE = "Nguồn: camera giám sát giao thông."

INDICATORS = (
    Indicator(
        "flow",
        "Lưu lượng",
        f"Số xe qua camera, quy về một giờ. {_SOURCE}",
        Measurement.PER_HOUR,
        RateOf("detections"),
    ),
    Indicator(
        "speed_mean",
        "Tốc độ",
        f"Tốc độ trung bình của xe. {_SOURCE}",
        Measurement.KMH,
        RatioOf("speed_deci_kmh", "detections", scale=DECI),
        decimals=1,
    ),
    Indicator(
        "speed_p85",
        "Tốc độ (p85)",
        f"85 % xe chạy không quá tốc độ này. {_SOURCE}",
        Measurement.KMH,
        QuantileOf("speed_kmh", 0.85, 1.0),
        decimals=1,
    ),
    Indicator(
        "detected",
        "Nghi vấn",
        f"Nghi vấn vi phạm, trừ nghi vấn đã bị loại khi xem xét. {_SOURCE}",
        Measurement.COUNT,
        CountOf("suspected"),
    ),
    Indicator(
        "confirmed",
        "Vi phạm xác nhận",
        f"Vi phạm đã có người xác nhận. {_SOURCE}",
        Measurement.COUNT,
        CountOf("confirmed"),
        Better.LOWER,
    ),
    Indicator(
        "reject_share",
        "Tỷ lệ loại bỏ",
        f"Nghi vấn bị loại / đã xem xét. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("rejected", "reviews"),
        Better.LOWER,
        decimals=1,
    ),
    Indicator(
        "heavy_share",
        "Xe tải, khách",
        f"Xe tải và xe khách / số xe. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("heavy", "detections"),
        decimals=1,
    ),
    Indicator(
        "cameras_online",
        "Camera hoạt động",
        f"Camera có tín hiệu trong {ONLINE_LIMIT_S} giây / camera đã biết. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("online", "known"),
        Better.HIGHER,
        Threshold(good=0.95, warn=0.85),
        decimals=1,
        is_gauge=True,
    ),
)

TRAFFIC = Feed(
    name="traffic",
    title="Giám sát an toàn giao thông",
    short_title="Giao thông",
    content=Content.TRAFFIC,
    event_type=CameraEvents,
    measures=MEASURES,
    indicators=INDICATORS,
    stale_s=30,
    headline=("speed_p85", "confirmed", "flow", "cameras_online"),
    headline_horizon_s=3_600,
    gauges=(Presence("camera_id", ONLINE_LIMIT_S, cameras_by_district),),
)
