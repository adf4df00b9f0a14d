"""A feed that no builder has heard of: water levels."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.events.event import Event, Slug
from contracts.feed import Feed
from contracts.indicators.formulas import CountOf, DistinctOf, RateOf, RatioOf
from contracts.indicators.indicator import Better, Indicator, Measurement, Threshold
from contracts.indicators.measures import Count, CountIf, Distinct


class Reading(Event):
    feed: Literal["water"]
    kind: Literal["reading"]
    station: Slug
    level_cm: Annotated[int, Field(ge=0, le=2_000)]
    alarm: bool


_ALL = frozenset({"reading"})

WATER = Feed(
    name="water",
    title="Mực nước",
    short_title="Nước",
    event_type=Reading,
    measures=(
        Count("readings", _ALL),
        CountIf("alarms", _ALL, lambda event: bool(event["alarm"])),
        Distinct("stations", _ALL, "station"),
    ),
    indicators=(
        Indicator(
            "alarm_share",
            "Báo động",
            "Số đo vượt báo động / số đo. Nguồn: trạm đo.",
            Measurement.SHARE,
            RatioOf("alarms", "readings"),
            Better.LOWER,
            Threshold(good=0.1, warn=0.3),
            decimals=1,
        ),
        Indicator("readings", "Số đo", "Số lần đo.", Measurement.COUNT, CountOf("readings")),
        Indicator(
            "pace", "Nhịp đo", "Số lần đo mỗi giờ.", Measurement.PER_HOUR, RateOf("readings")
        ),
        Indicator("stations", "Trạm", "Số trạm.", Measurement.COUNT, DistinctOf("stations")),
    ),
    stale_s=600,
    headline=("alarm_share", "readings"),
    headline_horizon_s=3_600,
)
