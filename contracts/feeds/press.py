"""Online press: articles that name the province or a district of it."""

from datetime import time
from typing import Annotated, Literal

from pydantic import Field

from contracts.contents import Content
from contracts.events.event import Checked, Event, Instant, Slug
from contracts.feed import Feed
from contracts.indicators.formulas import CountOf, DistinctOf, RatioOf, SpikeOf
from contracts.indicators.gauges import HourlyHistory
from contracts.indicators.indicator import Better, Indicator, Measurement, Threshold
from contracts.indicators.measures import Count, CountIf, Distinct, Sum
from contracts.time.hours import Hours

MILLI = 1000
HISTORY_DAYS = 14


class Article(Event):
    """An article appeared."""

    feed: Literal["press"]
    kind: Literal["article"]
    article_id: Annotated[
        str, Field(pattern=r"^[0-9a-f]{16,64}$", description="hash of the article's address")
    ]
    outlet: Slug
    outlet_kind: Literal["central", "local", "portal", "social"]
    topic: Slug
    sentiment: Literal["positive", "neutral", "negative"]
    score: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    reach: Annotated[int, Field(ge=0, le=100_000_000)]
    duplicate_of: Annotated[str, Field(pattern=r"^[0-9a-f]{16,64}$")] | None = None
    published_at: Instant


def _is_negative(event: Checked) -> bool:
    return bool(event["sentiment"] == "negative")


def _score_milli(event: Checked) -> int:
    return round(float(event["score"]) * MILLI)


_ALL = frozenset({"article"})

MEASURES = (
    Count("articles", _ALL),
    CountIf("negative", _ALL, _is_negative),
    Sum("score_milli", _ALL, _score_milli),
    Distinct("outlets", _ALL, "outlet"),
)

_SOURCE = "Nguồn: hệ thống giám sát báo chí trên mạng."

INDICATORS = (
    Indicator(
        "articles",
        "Tin bài",
        f"Số tin bài về địa phương. {_SOURCE}",
        Measurement.COUNT,
        CountOf("articles"),
    ),
    Indicator(
        "outlets",
        "Số báo",
        f"Số báo khác nhau có tin bài. {_SOURCE}",
        Measurement.COUNT,
        DistinctOf("outlets"),
    ),
    Indicator(
        "negative_share",
        "Tin tiêu cực",
        f"Tin bài tiêu cực / số tin bài. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("negative", "articles"),
        Better.LOWER,
        Threshold(good=0.20, warn=0.35),
        decimals=1,
    ),
    Indicator(
        "sentiment_mean",
        "Sắc thái",
        f"Điểm sắc thái trung bình, -1 đến 1. {_SOURCE}",
        Measurement.SCORE,
        RatioOf("score_milli", "articles", scale=MILLI),
        Better.HIGHER,
        decimals=2,
    ),
    Indicator(
        "spike",
        "Đột biến",
        "Độ lệch chuẩn bền vững (z) của giờ này so với cùng giờ các ngày trước. " + _SOURCE,
        Measurement.SCORE,
        SpikeOf("hours", min_count=5, min_days=5, max_days=HISTORY_DAYS),
        Better.LOWER,
        Threshold(good=3.0, warn=6.0),
        decimals=1,
        is_gauge=True,
    ),
)

PRESS = Feed(
    name="press",
    title="Thông tin báo chí trên mạng",
    short_title="Báo chí",
    content=Content.PRESS,
    hours=Hours(time(7), time(22), (1, 2, 3, 4, 5, 6, 7)),
    event_type=Article,
    measures=MEASURES,
    indicators=INDICATORS,
    stale_s=900,
    headline=("negative_share", "articles", "spike"),
    headline_horizon_s=86_400,
    gauges=(HourlyHistory(_ALL, HISTORY_DAYS),),
)
