"""Health: daily reports of stations and hospitals.

Counts only; no event is about a single patient.
"""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from contracts.events.event import Checked, Event, Token
from contracts.feed import Feed
from contracts.indicators.formulas import ChangeOf, CountOf, RatioOf
from contracts.indicators.gauges import HourlyHistory, LatestTotals
from contracts.indicators.indicator import Better, Indicator, Measurement, Threshold
from contracts.indicators.measures import Sum
from contracts.reference.known_reporters import health_units_by_district, population_by_district

COMPARED_DAYS = 7
HISTORY_DAYS = 2 * COMPARED_DAYS
FEWEST_CASES = 10
CASE_HOURS = "case_hours"

DISEASES = {
    "influenza": "cúm",
    "hand_foot_mouth": "tay chân miệng",
    "dengue": "sốt xuất huyết",
    "chickenpox": "thủy đậu",
    "diarrhoea": "tiêu chảy",
}


class HealthEvent(Event):
    """Fields of all events of a health unit."""

    feed: Literal["health"]
    unit_id: Token


class Records(HealthEvent):
    """E-health records that a unit created on a day, and its total so far."""

    kind: Literal["records"]
    created: Annotated[int, Field(ge=0, le=100_000)]
    records_total: Annotated[int, Field(ge=0, le=10_000_000)]


class Vaccinations(HealthEvent):
    """Doses that a unit gave on a day."""

    kind: Literal["vaccinations"]
    vaccine: Literal["expanded_programme", "influenza", "covid19", "other"]
    doses: Annotated[int, Field(ge=0, le=100_000)]


class Cases(HealthEvent):
    """New cases of a disease that a unit counted on a day."""

    kind: Literal["cases"]
    disease: Literal["influenza", "hand_foot_mouth", "dengue", "chickenpox", "diarrhoea"]
    new_cases: Annotated[int, Field(ge=0, le=100_000)]


HealthEvents = Annotated[Records | Vaccinations | Cases, Field(discriminator="kind")]


def _cases_of(disease: str) -> Callable[[Checked], int]:
    def cases(event: Checked) -> int:
        return int(event["new_cases"]) if event["disease"] == disease else 0

    return cases


_RECORDS, _DOSES, _CASES = frozenset({"records"}), frozenset({"vaccinations"}), frozenset({"cases"})

TOTAL_COUNTS_FOR_S = 30 * 86_400
"""A health unit without a report for this long counts as having no records."""

MEASURES = (
    Sum("records_created", _RECORDS, lambda event: int(event["created"])),
    Sum("doses", _DOSES, lambda event: int(event["doses"])),
    Sum("new_cases", _CASES, lambda event: int(event["new_cases"])),
    *(Sum(f"new_cases_{disease}", _CASES, _cases_of(disease)) for disease in DISEASES),
)

_SOURCE = "Nguồn: báo cáo hằng ngày của trạm y tế, bệnh viện."

INDICATORS = (
    Indicator(
        "records_created",
        "Sổ sức khỏe lập mới",
        f"Số sổ sức khỏe điện tử lập mới. {_SOURCE}",
        Measurement.COUNT,
        CountOf("records_created"),
        Better.HIGHER,
    ),
    Indicator(
        "coverage",
        "Có sổ sức khỏe điện tử",
        f"Sổ sức khỏe điện tử đang quản lý / dân số. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("records_total", "population"),
        Better.HIGHER,
        Threshold(good=0.90, warn=0.60),
        decimals=1,
        is_gauge=True,
    ),
    Indicator(
        "vaccinations",
        "Tiêm chủng",
        f"Số mũi tiêm. {_SOURCE}",
        Measurement.COUNT,
        CountOf("doses"),
        Better.HIGHER,
    ),
    Indicator(
        "new_cases",
        "Ca bệnh mới",
        f"Số ca mới của các bệnh truyền nhiễm được theo dõi. {_SOURCE}",
        Measurement.COUNT,
        CountOf("new_cases"),
        Better.LOWER,
    ),
    *(
        Indicator(
            f"new_cases_{disease}",
            f"Ca mới: {name}",
            f"Số ca {name} mới. {_SOURCE}",
            Measurement.COUNT,
            CountOf(f"new_cases_{disease}"),
            Better.LOWER,
        )
        for disease, name in DISEASES.items()
    ),
    Indicator(
        "new_cases_change",
        "Ca mới so với tuần trước",
        f"Ca mới của {COMPARED_DAYS} ngày qua tăng (giảm) so với {COMPARED_DAYS} ngày trước đó; "
        f"trước đó dưới {FEWEST_CASES} ca thì không tính. {_SOURCE}",
        Measurement.CHANGE,
        ChangeOf(CASE_HOURS, COMPARED_DAYS, FEWEST_CASES),
        Better.LOWER,
        Threshold(good=0.2, warn=0.5),
        decimals=1,
        is_gauge=True,
    ),
)

HEALTH = Feed(
    name="health",
    title="Y tế, sổ sức khỏe điện tử",
    short_title="Y tế",
    event_type=HealthEvents,
    measures=MEASURES,
    indicators=INDICATORS,
    stale_s=100_800,
    headline=("new_cases_change", "coverage", "new_cases", "vaccinations"),
    headline_horizon_s=86_400,
    gauges=(
        LatestTotals(
            "unit_id",
            _RECORDS,
            "records_total",
            total="records_total",
            of_whole="population",
            known=health_units_by_district,
            whole=population_by_district,
            counts_for_s=TOTAL_COUNTS_FOR_S,
        ),
        HourlyHistory(_CASES, HISTORY_DAYS, field="new_cases", part=CASE_HOURS),
    ),
)
