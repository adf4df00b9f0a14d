"""Reported figures of the economy, society and infrastructure: a value, its plan, its vintage.

A period is named by its last month; figures such as revenue accumulate from the start of the year.
A revision is a figure of the same period with a greater vintage; the archive keeps all of them.
What the province's own agencies report carries the province's own code.
"""

from typing import Annotated, Literal

from pydantic import Field

from contracts.contents import Content
from contracts.events.event import Checked, Event, Slug
from contracts.feed import Feed
from contracts.indicators.formulas import GaugeOf, LargestOf, RatioOf
from contracts.indicators.gauges import LatestFigures
from contracts.indicators.indicator import Better, Indicator, Measurement, Threshold
from contracts.indicators.measures import Count, CountIf

PERIOD_PATTERN = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
DAY_PATTERN = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
MILLI = 1_000
PERCENT_MILLI = 100 * MILLI
"""Percentages are kept in thousandths of a percent."""

Value = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]


class ReportedFigure(Event):
    """A figure was reported, for the first time or revised."""

    feed: Literal["report"]
    kind: Literal["figure"]
    code: Literal[
        "budget_revenue",
        "disbursement",
        "fdi",
        "industrial_index",
        "grdp_growth",
        "lan_share",
        "computer_share_province",
        "computer_share_district",
        "computer_share_commune",
        "tslcd_points",
        "wan_points",
    ]
    unit: Literal["billion_vnd", "million_usd", "percent", "points"]
    level: Literal["province", "district"]
    agency: Slug = Field(description="who reports it")
    period: Annotated[str, Field(pattern=PERIOD_PATTERN, description="month that it ends with")]
    value: Value
    plan: Value | None = Field(default=None, ge=0, description="of the whole year, if planned")
    as_of: Annotated[str, Field(pattern=DAY_PATTERN, description="day that it speaks for")]
    vintage: Annotated[int, Field(ge=1, le=100, description="1 as first reported")]


def _is_revision(event: Checked) -> bool:
    return int(event["vintage"]) > 1


_FIGURE = frozenset({"figure"})

MEASURES = (Count("figures", _FIGURE), CountIf("revisions", _FIGURE, _is_revision))

_SOURCE = "Nguồn: hệ thống thông tin báo cáo."
_PROVINCE = "Của tỉnh, ghi ở nơi đặt cơ quan tỉnh."


def _money(code: str, title: str, measurement: Measurement) -> tuple[Indicator, ...]:
    """A total since the start of the year, its share of the plan, its change on the year before."""
    name = title[0].lower() + title[1:]
    return (
        Indicator(
            code,
            title,
            f"Lũy kế {name} từ đầu năm, kỳ mới nhất. {_SOURCE}",
            measurement,
            GaugeOf(f"{code}_value", MILLI),
            Better.HIGHER,
            decimals=1,
            is_gauge=True,
        ),
        Indicator(
            f"{code}_plan_share",
            f"{title} so kế hoạch",
            f"Lũy kế {name} / kế hoạch cả năm. {_SOURCE}",
            Measurement.SHARE,
            RatioOf(f"{code}_planned", f"{code}_plan"),
            Better.HIGHER,
            decimals=1,
            is_gauge=True,
        ),
        Indicator(
            f"{code}_change",
            f"{title} so cùng kỳ",
            f"Lũy kế {name} tăng (giảm) so với cùng kỳ năm trước. {_SOURCE}",
            Measurement.CHANGE,
            RatioOf(f"{code}_change", f"{code}_before"),
            Better.HIGHER,
            decimals=1,
            is_gauge=True,
        ),
    )


def _percent(
    code: str, title: str, definition: str, measurement: Measurement = Measurement.SHARE
) -> Indicator:
    return Indicator(
        code,
        title,
        f"{definition} {_PROVINCE} {_SOURCE}",
        measurement,
        GaugeOf(f"{code}_value", PERCENT_MILLI),
        Better.HIGHER,
        decimals=1,
        is_gauge=True,
    )


def _points(code: str, title: str, definition: str) -> Indicator:
    return Indicator(
        code,
        title,
        f"{definition} {_PROVINCE} {_SOURCE}",
        Measurement.COUNT,
        GaugeOf(f"{code}_value", MILLI),
        Better.HIGHER,
        is_gauge=True,
    )


INDICATORS = (
    *_money("budget_revenue", "Thu ngân sách", Measurement.BILLION_VND),
    *_money("disbursement", "Giải ngân đầu tư công", Measurement.BILLION_VND),
    *_money("fdi", "Vốn FDI đăng ký", Measurement.MILLION_USD),
    _percent(
        "industrial_index",
        "Chỉ số sản xuất công nghiệp",
        "Sản xuất công nghiệp của tháng so với cùng tháng năm trước.",
        Measurement.CHANGE,
    ),
    _percent(
        "grdp_growth",
        "Tăng trưởng GRDP",
        "Tăng trưởng tổng sản phẩm trên địa bàn từ đầu năm, theo quý.",
        Measurement.CHANGE,
    ),
    _percent("lan_share", "Cơ quan có mạng LAN", "Cơ quan có mạng nội bộ / số cơ quan."),
    *(
        _percent(
            f"computer_share_{level}",
            f"Máy tính cấp {name}",
            f"Cán bộ, công chức cấp {name} có máy tính / số cán bộ, công chức.",
        )
        for level, name in (("province", "tỉnh"), ("district", "huyện"), ("commune", "xã"))
    ),
    _points("tslcd_points", "Điểm mạng TSLCD", "Số điểm kết nối mạng truyền số liệu chuyên dùng."),
    _points("wan_points", "Điểm mạng WAN", "Số điểm kết nối mạng diện rộng của tỉnh."),
    Indicator(
        "oldest_days",
        "Số liệu cũ nhất",
        f"Tuổi của số liệu cũ nhất trong các số liệu mới nhất, theo ngày. {_SOURCE}",
        Measurement.DAYS,
        LargestOf("age_days"),
        Better.LOWER,
        Threshold(good=120.0, warn=210.0),
        is_gauge=True,
    ),
)

REPORT = Feed(
    name="report",
    tells_of_province=True,
    title="Phát triển kinh tế - xã hội",
    short_title="Kinh tế",
    content=Content.ECONOMY,
    event_type=ReportedFigure,
    measures=MEASURES,
    indicators=INDICATORS,
    stale_s=20 * 86_400,
    headline=(
        "budget_revenue_plan_share",
        "disbursement_plan_share",
        "budget_revenue",
        "grdp_growth",
        "oldest_days",
    ),
    headline_horizon_s=86_400,
    gauges=(LatestFigures("code", ("level",), _FIGURE),),
)
