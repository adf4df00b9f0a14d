"""Petitions of citizens and businesses, from reception to the published answer."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.contents import Content
from contracts.events.event import Checked, Event, Instant, Slug, Token
from contracts.feed import Feed
from contracts.indicators.formulas import CountOf, GaugeOf, QuantileOf, RatioOf
from contracts.indicators.gauges import OpenItems
from contracts.indicators.indicator import Better, Indicator, Measurement, Threshold
from contracts.indicators.measures import Count, CountIf, Histogram, Sum, on_time
from contracts.time.hours import OFFICE_HOURS
from contracts.time.instants import epoch_ms
from contracts.time.working_days import local_day, working_days

REFUSE_DAYS, SUPPLEMENT_DAYS, RESOLVE_DAYS, PUBLISH_DAYS = 2, 5, 15, 2
"""Limits in working days: to refuse and to answer from reception, to supplement from the request,
to publish from the answer. The source system counts them and sends the resulting times.
"""

MAX_DAYS = 120
SATISFIED = 4


class PetitionEvent(Event):
    """Fields of all petition events."""

    feed: Literal["petition"]
    petition_id: Token
    field: Slug
    channel: Literal["portal", "app", "hotline", "office", "social"]
    sender: Literal["citizen", "business"]
    agency: Slug
    received_at: Instant


class Received(PetitionEvent):
    """A petition came in; ``due_at`` is the deadline for its answer."""

    kind: Literal["received"]
    due_at: Instant


class Assigned(PetitionEvent):
    """It was assigned to ``agency``, which must answer it."""

    kind: Literal["assigned"]


class SupplementRequested(PetitionEvent):
    """The sender was asked for more; ``due_at`` is the new deadline for the answer."""

    kind: Literal["supplement_requested"]
    due_at: Instant


class Answered(PetitionEvent):
    """The answer is ready."""

    kind: Literal["answered"]
    due_at: Instant


class Published(PetitionEvent):
    """The answer was published; ``due_at`` was the deadline for that."""

    kind: Literal["published"]
    due_at: Instant


class Refused(PetitionEvent):
    """The authorities are not competent; ``due_at`` is the deadline for saying so."""

    kind: Literal["refused"]
    due_at: Instant


class Rated(PetitionEvent):
    """The sender rated the answer."""

    kind: Literal["rated"]
    rating: Annotated[int, Field(ge=1, le=5)]


PetitionEvents = Annotated[
    Received | Assigned | SupplementRequested | Answered | Published | Refused | Rated,
    Field(discriminator="kind"),
]


def _days(event: Checked) -> int:
    """Working days from the day of reception, not counted, to the day of the event."""
    received, done = (local_day(epoch_ms(event[name])) for name in ("received_at", "occurred_at"))
    return min(working_days(received, done), MAX_DAYS)


def _rating(event: Checked) -> int:
    return int(event["rating"])


_IN, _DONE, _OUT = frozenset({"received"}), frozenset({"answered"}), frozenset({"published"})
_BACK, _RATED = frozenset({"refused"}), frozenset({"rated"})

MEASURES = (
    Count("received", _IN),
    Count("answered", _DONE),
    CountIf("answered_on_time", _DONE, on_time),
    Sum("answered_days_sum", _DONE, _days),
    Histogram("answered_days", _DONE, _days),
    Count("published", _OUT),
    CountIf("published_on_time", _OUT, on_time),
    Count("refused", _BACK),
    CountIf("refused_on_time", _BACK, on_time),
    Count("rated", _RATED),
    Sum("rating_sum", _RATED, _rating),
    CountIf("satisfied", _RATED, lambda event: _rating(event) >= SATISFIED),
)

_SOURCE = "Nguồn: hệ thống tiếp nhận, trả lời kiến nghị."

INDICATORS = (
    Indicator(
        "received",
        "Tiếp nhận",
        f"Số kiến nghị tiếp nhận. {_SOURCE}",
        Measurement.COUNT,
        CountOf("received"),
    ),
    Indicator(
        "answered",
        "Đã trả lời",
        f"Số kiến nghị đã trả lời. {_SOURCE}",
        Measurement.COUNT,
        CountOf("answered"),
    ),
    Indicator(
        "on_time_share",
        "Đúng hạn",
        f"Kiến nghị trả lời trong {RESOLVE_DAYS} ngày làm việc / đã trả lời. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("answered_on_time", "answered"),
        Better.HIGHER,
        Threshold(good=0.95, warn=0.90),
        decimals=1,
    ),
    Indicator(
        "published_share",
        "Công khai đúng hạn",
        f"Trả lời công khai trong {PUBLISH_DAYS} ngày làm việc / đã công khai. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("published_on_time", "published"),
        Better.HIGHER,
        decimals=1,
    ),
    Indicator(
        "refused_share",
        "Từ chối đúng hạn",
        f"Từ chối trong {REFUSE_DAYS} ngày làm việc / số từ chối. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("refused_on_time", "refused"),
        Better.HIGHER,
        decimals=1,
    ),
    Indicator(
        "satisfaction",
        "Hài lòng",
        f"Điểm đánh giá trung bình, 1 đến 5. {_SOURCE}",
        Measurement.SCORE,
        RatioOf("rating_sum", "rated"),
        Better.HIGHER,
        decimals=2,
    ),
    Indicator(
        "satisfied_share",
        "Hài lòng (4-5)",
        f"Đánh giá 4 và 5 / số đánh giá. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("satisfied", "rated"),
        Better.HIGHER,
        decimals=1,
    ),
    Indicator(
        "days_mean",
        "Thời gian trả lời",
        f"Số ngày làm việc trung bình, từ tiếp nhận, trừ ngày nghỉ lễ. {_SOURCE}",
        Measurement.DAYS,
        RatioOf("answered_days_sum", "answered"),
        Better.LOWER,
        decimals=1,
    ),
    Indicator(
        "days_p90",
        "Thời gian trả lời (p90)",
        f"90 % kiến nghị được trả lời trong số ngày làm việc này. {_SOURCE}",
        Measurement.DAYS,
        QuantileOf("answered_days", 0.9, 1.0),
        Better.LOWER,
        decimals=1,
    ),
    Indicator(
        "open",
        "Đang xử lý",
        f"Kiến nghị chưa được trả lời. {_SOURCE}",
        Measurement.COUNT,
        GaugeOf("open"),
        is_gauge=True,
    ),
    Indicator(
        "overdue",
        "Quá hạn",
        f"Kiến nghị chưa được trả lời đã quá hạn. {_SOURCE}",
        Measurement.COUNT,
        GaugeOf("overdue"),
        Better.LOWER,
        is_gauge=True,
        district_limit=5,
    ),
)

PETITION = Feed(
    name="petition",
    title="Kiến nghị của người dân và doanh nghiệp",
    short_title="Kiến nghị",
    content=Content.PETITIONS,
    hours=OFFICE_HOURS,
    event_type=PetitionEvents,
    measures=MEASURES,
    indicators=INDICATORS,
    stale_s=3_600,
    headline=("on_time_share", "overdue", "satisfaction", "open", "received"),
    headline_horizon_s=86_400,
    gauges=(OpenItems("petition_id", _IN, _DONE | _BACK, "due_at"),),
)
