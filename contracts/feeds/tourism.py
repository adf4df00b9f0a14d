"""Tourism: arrivals at sites, rooms and nights of lodgings, revenue, complaints. Counts only."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.contents import Content
from contracts.events.event import Checked, Event, Token
from contracts.feed import Feed
from contracts.indicators.formulas import CountOf, RatioOf
from contracts.indicators.indicator import Better, Indicator, Measurement
from contracts.indicators.measures import Count, Sum

BILLION = 1_000_000_000

Guests = Annotated[int, Field(ge=0, le=200_000)]
Rooms = Annotated[int, Field(ge=0, le=5_000)]


class TourismEvent(Event):
    """Fields of all tourism events."""

    feed: Literal["tourism"]


class Arrival(TourismEvent):
    """Visitors counted at a site since its last count."""

    kind: Literal["arrival"]
    site_id: Token
    domestic: Guests
    foreign: Guests


class Stay(TourismEvent):
    """A lodging's day: its rooms last night, the guests who left, and their nights."""

    kind: Literal["stay"]
    lodging_id: Token
    rooms_available: Annotated[int, Field(ge=1, le=5_000)]
    rooms_occupied: Rooms
    guests: Guests
    nights: Annotated[int, Field(ge=0, le=2_000_000, description="guests' nights added up")]


class Revenue(TourismEvent):
    """The revenue of a site or a lodging on a day."""

    kind: Literal["revenue"]
    business_id: Token
    amount_vnd: Annotated[int, Field(ge=0, le=1_000_000_000_000)]


class Complaint(TourismEvent):
    """A visitor complained; nothing is kept about the person."""

    kind: Literal["complaint"]
    subject: Literal["price", "service", "safety", "environment", "other"]


TourismEvents = Annotated[Arrival | Stay | Revenue | Complaint, Field(discriminator="kind")]


def _visitors(event: Checked) -> int:
    return int(event["domestic"]) + int(event["foreign"])


def _field(name: str, kinds: frozenset[str]) -> Sum:
    """The sum of a field, as a part of that name."""
    return Sum(name, kinds, lambda event: int(event[name]))


_ARRIVAL, _STAY = frozenset({"arrival"}), frozenset({"stay"})

MEASURES = (
    Sum("arrivals", _ARRIVAL, _visitors),
    _field("foreign", _ARRIVAL),
    _field("rooms_available", _STAY),
    _field("rooms_occupied", _STAY),
    _field("guests", _STAY),
    _field("nights", _STAY),
    Sum("revenue_vnd", frozenset({"revenue"}), lambda event: int(event["amount_vnd"])),
    Count("complaints", frozenset({"complaint"})),
)

_SOURCE = "Nguồn: báo cáo của điểm du lịch và cơ sở lưu trú."

INDICATORS = (
    Indicator(
        "arrivals",
        "Lượt khách",
        f"Lượt khách đến các điểm du lịch, trong nước và quốc tế. {_SOURCE}",
        Measurement.COUNT,
        CountOf("arrivals"),
        Better.HIGHER,
    ),
    Indicator(
        "foreign_share",
        "Khách quốc tế",
        f"Khách quốc tế / lượt khách. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("foreign", "arrivals"),
        decimals=1,
    ),
    Indicator(
        "occupancy",
        "Công suất phòng",
        f"Phòng có khách / phòng có thể đón khách, của cơ sở đã báo cáo. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("rooms_occupied", "rooms_available"),
        Better.HIGHER,
        decimals=1,
    ),
    Indicator(
        "revenue",
        "Doanh thu",
        f"Doanh thu của điểm du lịch và cơ sở lưu trú đã báo cáo. {_SOURCE}",
        Measurement.BILLION_VND,
        CountOf("revenue_vnd", BILLION),
        Better.HIGHER,
        decimals=2,
    ),
    Indicator(
        "nights_per_guest",
        "Số đêm mỗi khách",
        f"Số đêm lưu trú / số khách đã trả phòng. {_SOURCE}",
        Measurement.SCORE,
        RatioOf("nights", "guests"),
        Better.HIGHER,
        decimals=2,
    ),
    Indicator(
        "complaints",
        "Phản ánh của khách",
        f"Số phản ánh của du khách. {_SOURCE}",
        Measurement.COUNT,
        CountOf("complaints"),
        Better.LOWER,
    ),
)

TOURISM = Feed(
    name="tourism",
    title="Thông tin du lịch",
    short_title="Du lịch",
    content=Content.TOURISM,
    event_type=TourismEvents,
    measures=MEASURES,
    indicators=INDICATORS,
    stale_s=43_200,
    headline=("arrivals", "occupancy", "foreign_share", "revenue"),
    headline_horizon_s=86_400,
)
