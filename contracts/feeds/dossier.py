"""Dossiers of administrative procedures, from reception to result and payment."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.contents import Content
from contracts.events.event import Checked, Event, Instant, Slug, Token
from contracts.feed import Feed
from contracts.indicators.formulas import CountOf, GaugeOf, QuantileOf, RatioOf
from contracts.indicators.gauges import OpenItems
from contracts.indicators.indicator import Better, Indicator, Measurement, Threshold
from contracts.indicators.measures import Count, CountIf, Histogram, Sum, elapsed_ms, on_time
from contracts.time.hours import OFFICE_HOURS

DAY_S = 86_400
HALF_DAY_MS = 43_200_000
MAX_HALF_DAYS = 1_460
ONLINE = 2
PROVINCE = "province"
SATISFIED = 4

Vnd = Annotated[int, Field(ge=0, le=1_000_000_000_000)]
Channel = Annotated[int, Field(ge=1, le=3, description="1 trực tiếp, 2 trực tuyến, 3 bưu chính")]


class DossierEvent(Event):
    """Fields of all dossier events."""

    feed: Literal["dossier"]
    dossier_id: Token
    procedure: Token
    sector: Slug
    level: Literal["province", "district", "commune"]
    agency: Slug
    received_at: Instant


class Received(DossierEvent):
    """A dossier was received; the time limit starts."""

    kind: Literal["received"]
    channel: Channel
    due_at: Instant
    fee_vnd: Vnd


class SupplementRequested(DossierEvent):
    """The applicant was asked for more papers; ``due_at`` is the new limit."""

    kind: Literal["supplement_requested"]
    due_at: Instant


class Resolved(DossierEvent):
    """The result is ready."""

    kind: Literal["resolved"]
    due_at: Instant
    digitised: bool
    rating: Annotated[int, Field(ge=1, le=5)] | None = None


class Returned(DossierEvent):
    """The dossier was returned to the applicant without a result."""

    kind: Literal["returned"]


class Paid(DossierEvent):
    """The fee was paid."""

    kind: Literal["paid"]
    fee_vnd: Annotated[int, Field(ge=1, le=1_000_000_000_000)]
    paid_online: bool


DossierEvents = Annotated[
    Received | SupplementRequested | Resolved | Returned | Paid, Field(discriminator="kind")
]


def _half_days(event: Checked) -> int:
    return min(elapsed_ms(event, "received_at") // HALF_DAY_MS, MAX_HALF_DAYS)


def _seconds(event: Checked) -> int:
    return elapsed_ms(event, "received_at") // 1000


def _rating(event: Checked) -> int:
    return int(event.get("rating") or 0)


def _is_online(event: Checked) -> bool:
    return bool(event["channel"] == ONLINE)


def _at_province(event: Checked) -> bool:
    """Whether a provincial agency handles it, not an office of a district or commune."""
    return bool(event["level"] == PROVINCE)


_IN, _DONE, _PAID = frozenset({"received"}), frozenset({"resolved"}), frozenset({"paid"})

MEASURES = (
    Count("received", _IN),
    CountIf("received_at_province", _IN, _at_province),
    CountIf("received_online", _IN, _is_online),
    CountIf(
        "received_online_at_province", _IN, lambda event: _is_online(event) and _at_province(event)
    ),
    Count("resolved", _DONE),
    CountIf("resolved_at_province", _DONE, _at_province),
    CountIf("resolved_on_time", _DONE, on_time),
    CountIf("resolved_digitised", _DONE, lambda event: bool(event["digitised"])),
    Sum("resolved_seconds", _DONE, _seconds),
    Histogram("resolved_half_days", _DONE, _half_days),
    CountIf("rated", _DONE, lambda event: _rating(event) > 0),
    Sum("rating_sum", _DONE, _rating),
    CountIf("satisfied", _DONE, lambda event: _rating(event) >= SATISFIED),
    Count("paid", _PAID),
    CountIf("paid_online", _PAID, lambda event: bool(event["paid_online"])),
    CountIf(
        "paid_online_at_province",
        _PAID,
        lambda event: bool(event["paid_online"]) and _at_province(event),
    ),
)

_SOURCE = "Nguồn: hệ thống thông tin giải quyết TTHC."
_INDEX = "Bộ chỉ số theo Quyết định 766/QĐ-TTg."

INDICATORS = (
    Indicator(
        "received",
        "Tiếp nhận",
        f"Số hồ sơ tiếp nhận. {_SOURCE}",
        Measurement.COUNT,
        CountOf("received"),
    ),
    Indicator(
        "resolved",
        "Đã giải quyết",
        f"Số hồ sơ đã giải quyết. {_SOURCE}",
        Measurement.COUNT,
        CountOf("resolved"),
    ),
    Indicator(
        "on_time_share",
        "Đúng hạn",
        f"Hồ sơ giải quyết trong hạn / đã giải quyết. {_INDEX}",
        Measurement.SHARE,
        RatioOf("resolved_on_time", "resolved"),
        Better.HIGHER,
        Threshold(good=0.95, warn=0.90),
        decimals=1,
    ),
    Indicator(
        "online_share",
        "Nộp trực tuyến",
        f"Hồ sơ nộp trực tuyến / tiếp nhận. {_INDEX}",
        Measurement.SHARE,
        RatioOf("received_online", "received"),
        Better.HIGHER,
        Threshold(good=0.80, warn=0.50),
        decimals=1,
    ),
    Indicator(
        "online_payment_share",
        "Thanh toán trực tuyến",
        f"Hồ sơ nộp phí trực tuyến / hồ sơ có phí đã nộp. {_INDEX}",
        Measurement.SHARE,
        RatioOf("paid_online", "paid"),
        Better.HIGHER,
        Threshold(good=0.60, warn=0.30),
        decimals=1,
    ),
    Indicator(
        "digitised_share",
        "Số hóa",
        f"Hồ sơ có kết quả số hóa / đã giải quyết. {_INDEX}",
        Measurement.SHARE,
        RatioOf("resolved_digitised", "resolved"),
        Better.HIGHER,
        Threshold(good=0.80, warn=0.50),
        decimals=1,
    ),
    Indicator(
        "satisfaction",
        "Hài lòng",
        f"Điểm đánh giá trung bình, 1 đến 5. {_INDEX}",
        Measurement.SCORE,
        RatioOf("rating_sum", "rated"),
        Better.HIGHER,
        decimals=2,
    ),
    Indicator(
        "satisfied_share",
        "Hài lòng (4-5)",
        f"Đánh giá 4 và 5 / số đánh giá. {_INDEX}",
        Measurement.SHARE,
        RatioOf("satisfied", "rated"),
        Better.HIGHER,
        decimals=1,
    ),
    Indicator(
        "days_mean",
        "Thời gian giải quyết",
        f"Số ngày trung bình, từ tiếp nhận. {_SOURCE}",
        Measurement.DAYS,
        RatioOf("resolved_seconds", "resolved", scale=DAY_S),
        Better.LOWER,
        decimals=1,
    ),
    Indicator(
        "days_p90",
        "Thời gian giải quyết (p90)",
        f"90 % hồ sơ xong trong số ngày này. {_SOURCE}",
        Measurement.DAYS,
        QuantileOf("resolved_half_days", 0.9, 0.5),
        Better.LOWER,
        decimals=1,
    ),
    Indicator(
        "open",
        "Đang giải quyết",
        f"Hồ sơ chưa có kết quả. {_SOURCE}",
        Measurement.COUNT,
        GaugeOf("open"),
        is_gauge=True,
    ),
    Indicator(
        "overdue",
        "Quá hạn",
        f"Hồ sơ chưa có kết quả đã quá hạn. {_SOURCE}",
        Measurement.COUNT,
        GaugeOf("overdue"),
        Better.LOWER,
        is_gauge=True,
        district_limit=30,
    ),
)

DOSSIER = Feed(
    name="dossier",
    title="Hồ sơ thủ tục hành chính",
    short_title="Hồ sơ",
    content=Content.SERVICES,
    hours=OFFICE_HOURS,
    event_type=DossierEvents,
    measures=MEASURES,
    indicators=INDICATORS,
    stale_s=300,
    headline=("on_time_share", "overdue", "online_share", "open", "received"),
    headline_horizon_s=86_400,
    gauges=(OpenItems("dossier_id", _IN, frozenset({"resolved", "returned"}), "due_at"),),
)
