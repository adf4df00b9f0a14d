"""E-office: documents that agencies receive, issue, complete and revoke."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from contracts.contents import Content
from contracts.events.event import Checked, Event, Instant, Slug, Token
from contracts.feed import Feed
from contracts.indicators.formulas import CountOf, GaugeOf, QuantileOf, RatioOf
from contracts.indicators.gauges import OVERDUE_BY, OpenItems
from contracts.indicators.indicator import Better, Indicator, Measurement, Threshold
from contracts.indicators.measures import (
    Count,
    CountIf,
    Histogram,
    Retraction,
    Sum,
    elapsed_ms,
    on_time,
)
from contracts.time.hours import OFFICE_HOURS

HOUR_MS = 3_600_000
MAX_HOURS = 2_400

Urgency = Annotated[
    int, Field(ge=0, le=4, description="0 thường, 1 khẩn, 2 thượng khẩn, 3 hỏa tốc, 4 hẹn giờ")
]


class DocumentEvent(Event):
    """Fields of all document events."""

    feed: Literal["eoffice"]
    document_id: Token
    agency: Slug
    urgency: Urgency
    electronic: bool
    received_at: Instant = Field(description="when the document was received or issued")


class Received(DocumentEvent):
    """An incoming document was registered."""

    kind: Literal["received"]
    direction: Literal["incoming"]
    due_at: Instant


class Issued(DocumentEvent):
    """An outgoing document was issued."""

    kind: Literal["issued"]
    direction: Literal["outgoing"]
    signed: bool = Field(description="digitally signed")


class Completed(DocumentEvent):
    """Work on an incoming document was completed."""

    kind: Literal["completed"]
    direction: Literal["incoming"]
    due_at: Instant


class Revoked(DocumentEvent):
    """A document was revoked: it no longer counts as received or issued."""

    kind: Literal["revoked"]
    direction: Literal["incoming", "outgoing"]
    signed: bool = False


DocumentEvents = Annotated[Received | Issued | Completed | Revoked, Field(discriminator="kind")]


def _hours(event: Checked) -> int:
    return min(elapsed_ms(event, "received_at") // HOUR_MS, MAX_HOURS)


def _seconds(event: Checked) -> int:
    return elapsed_ms(event, "received_at") // 1000


def _revoked(direction: str, flag: str | None = None) -> Callable[[Checked], int]:
    """A function that returns -1 for a revoked document of a direction, if its flag is set."""

    def minus_one(event: Checked) -> int:
        return -int(event["direction"] == direction and (flag is None or bool(event.get(flag))))

    return minus_one


_IN, _OUT, _DONE = frozenset({"received"}), frozenset({"issued"}), frozenset({"completed"})
_BACK = frozenset({"revoked"})


def _is_electronic(event: Checked) -> bool:
    return bool(event["electronic"])


MEASURES = (
    Count("received", _IN),
    Retraction("received", _BACK, _revoked("incoming"), "received_at", "document_id"),
    Count("issued", _OUT),
    Retraction("issued", _BACK, _revoked("outgoing"), "received_at", "document_id"),
    CountIf("issued_signed", _OUT, lambda event: bool(event["signed"])),
    Retraction(
        "issued_signed", _BACK, _revoked("outgoing", "signed"), "received_at", "document_id"
    ),
    Count("registered", _IN | _OUT),
    Retraction("registered", _BACK, lambda _: -1, "received_at", "document_id"),
    CountIf("registered_electronic", _IN | _OUT, _is_electronic),
    Retraction(
        "registered_electronic",
        _BACK,
        lambda event: -int(_is_electronic(event)),
        "received_at",
        "document_id",
    ),
    Count("completed", _DONE),
    CountIf("completed_on_time", _DONE, on_time),
    Sum("completed_seconds", _DONE, _seconds),
    Histogram("completed_hours", _DONE, _hours),
)

_SOURCE = "Nguồn: hệ thống quản lý văn bản và điều hành."

INDICATORS = (
    Indicator(
        "received",
        "Văn bản đến",
        f"Số văn bản đến, trừ văn bản thu hồi. {_SOURCE}",
        Measurement.COUNT,
        CountOf("received"),
    ),
    Indicator(
        "issued",
        "Văn bản đi",
        f"Số văn bản phát hành, trừ văn bản thu hồi. {_SOURCE}",
        Measurement.COUNT,
        CountOf("issued"),
    ),
    Indicator(
        "completed",
        "Văn bản đã xử lý",
        f"Số văn bản đến đã xử lý xong. {_SOURCE}",
        Measurement.COUNT,
        CountOf("completed"),
    ),
    Indicator(
        "on_time_share",
        "Xử lý đúng hạn",
        f"Văn bản xử lý xong trong hạn / đã xử lý. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("completed_on_time", "completed"),
        Better.HIGHER,
        Threshold(good=0.95, warn=0.90),
        decimals=1,
    ),
    Indicator(
        "signed_share",
        "Ký số",
        f"Văn bản đi có ký số / văn bản đi. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("issued_signed", "issued"),
        Better.HIGHER,
        decimals=1,
    ),
    Indicator(
        "electronic_share",
        "Văn bản điện tử",
        f"Văn bản điện tử / (văn bản đến + đi). {_SOURCE}",
        Measurement.SHARE,
        RatioOf("registered_electronic", "registered"),
        Better.HIGHER,
        decimals=1,
    ),
    Indicator(
        "hours_mean",
        "Thời gian xử lý",
        f"Số giờ trung bình từ khi đến đến khi xong. {_SOURCE}",
        Measurement.HOURS,
        RatioOf("completed_seconds", "completed", scale=3600),
        Better.LOWER,
        decimals=1,
    ),
    Indicator(
        "hours_p90",
        "Thời gian xử lý (p90)",
        f"90 % văn bản xong trong số giờ này. {_SOURCE}",
        Measurement.HOURS,
        QuantileOf("completed_hours", 0.9, 1.0),
        Better.LOWER,
        decimals=1,
    ),
    Indicator(
        "open",
        "Đang xử lý",
        f"Văn bản đến chưa xử lý xong. {_SOURCE}",
        Measurement.COUNT,
        GaugeOf("open"),
        is_gauge=True,
    ),
    Indicator(
        "overdue",
        "Quá hạn",
        f"Văn bản chưa xong đã quá hạn. {_SOURCE}",
        Measurement.COUNT,
        GaugeOf("overdue"),
        Better.LOWER,
        is_gauge=True,
        district_limit=10,
    ),
    *(
        Indicator(
            OVERDUE_BY.format(urgency),
            f"Quá hạn: {name}",
            f"Văn bản {name} chưa xong đã quá hạn. {_SOURCE}",
            Measurement.COUNT,
            GaugeOf(OVERDUE_BY.format(urgency)),
            Better.LOWER,
            is_gauge=True,
        )
        for urgency, name in enumerate(("thường", "khẩn", "thượng khẩn", "hỏa tốc", "hẹn giờ"))
    ),
)

EOFFICE = Feed(
    name="eoffice",
    title="Văn bản điều hành điện tử",
    short_title="Văn bản",
    content=Content.DOCUMENTS,
    hours=OFFICE_HOURS,
    event_type=DocumentEvents,
    measures=MEASURES,
    indicators=INDICATORS,
    stale_s=300,
    headline=("on_time_share", "overdue", "open", "received"),
    headline_horizon_s=86_400,
    gauges=(
        OpenItems(
            "document_id",
            _IN,
            _DONE | _BACK,
            "due_at",
            by="urgency",
            by_values=("0", "1", "2", "3", "4"),
        ),
    ),
)
