"""Education: daily reports of schools.

Counts of groups only; no event is about a single pupil. Small cells: a group of fewer than ten
pupils is not reported by itself, but included in the counts of its main school; an incident that
concerns fewer than five omits the number. So every share is of at least ten pupils, and screens sum
whole districts.
"""

from typing import Annotated, Literal

from pydantic import Field

from contracts.contents import Content
from contracts.events.event import Checked, Event, Token
from contracts.feed import Feed
from contracts.indicators.formulas import CountOf, NewestShareOf, RatioOf
from contracts.indicators.gauges import Reporting
from contracts.indicators.indicator import Better, Indicator, Measurement, Threshold
from contracts.indicators.measures import Count, Measure, Sum
from contracts.reference.known_reporters import schools_by_district

SMALLEST_GROUP, SMALLEST_CONCERNED, LARGEST = 10, 5, 10_000

Level = Literal["kindergarten", "primary", "lower_secondary", "upper_secondary"]
LEVELS = {
    "kindergarten": "mầm non",
    "primary": "tiểu học",
    "lower_secondary": "THCS",
    "upper_secondary": "THPT",
}
Pupils = Annotated[int, Field(ge=0, le=LARGEST)]


class SchoolEvent(Event):
    """Fields of all events of a school."""

    feed: Literal["education"]
    school_id: Token
    level: Level


class Report(SchoolEvent):
    """A school's day: pupils enrolled, present, and excused."""

    kind: Literal["report"]
    enrolled: Annotated[
        int, Field(ge=SMALLEST_GROUP, le=LARGEST, description="no group of fewer than ten")
    ]
    present: Pupils
    excused: Pupils


class Lessons(SchoolEvent):
    """Digital lessons that a school gave on a day."""

    kind: Literal["lessons"]
    lessons: Annotated[int, Field(ge=0, le=1_000)]


class Usage(SchoolEvent):
    """Logins of a school's people to a learning platform on a day."""

    kind: Literal["usage"]
    platform: Literal["gradebook", "learning", "library"]
    logins: Annotated[int, Field(ge=0, le=100_000)]


class Incident(SchoolEvent):
    """Something happened at a school; ``affected`` is omitted if it is below five."""

    kind: Literal["incident"]
    category: Literal["safety", "health", "food", "weather", "violence", "facility"]
    affected: Annotated[int, Field(ge=SMALLEST_CONCERNED, le=LARGEST)] | None = None


SchoolEvents = Annotated[Report | Lessons | Usage | Incident, Field(discriminator="kind")]


def _absent(event: Checked) -> int:
    return max(0, int(event["enrolled"]) - int(event["present"]))


def _enrolled(event: Checked) -> int:
    return int(event["enrolled"])


def _present(event: Checked) -> int:
    return min(int(event["present"]), int(event["enrolled"]))


def _excused(event: Checked) -> int:
    return min(int(event["excused"]), _absent(event))


_REPORT = frozenset({"report"})


def _of_level(level: str) -> tuple[Measure, ...]:
    """Pupils enrolled and present at one level."""
    return (
        Sum(f"enrolled_{level}", _REPORT, lambda e: _enrolled(e) if e["level"] == level else 0),
        Sum(f"present_{level}", _REPORT, lambda e: _present(e) if e["level"] == level else 0),
    )


MEASURES = (
    Count("reports", _REPORT),
    Sum("enrolled", _REPORT, _enrolled),
    Sum("present", _REPORT, _present),
    Sum("absent", _REPORT, _absent),
    Sum("excused", _REPORT, _excused),
    *(measure for level in LEVELS for measure in _of_level(level)),
    Sum("lessons", frozenset({"lessons"}), lambda event: int(event["lessons"])),
    Sum("logins", frozenset({"usage"}), lambda event: int(event["logins"])),
    Count("incidents", frozenset({"incident"})),
)

_SOURCE = "Nguồn: báo cáo hằng ngày của các trường; không báo cáo riêng nhóm dưới 10 học sinh."

INDICATORS = (
    Indicator(
        "attendance_share",
        "Chuyên cần",
        f"Học sinh có mặt / sĩ số của các trường đã báo cáo. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("present", "enrolled"),
        Better.HIGHER,
        Threshold(good=0.95, warn=0.90),
        decimals=1,
    ),
    *(
        Indicator(
            f"attendance_{level}",
            f"Chuyên cần {name}",
            f"Học sinh {name} có mặt / sĩ số của các trường đã báo cáo. {_SOURCE}",
            Measurement.SHARE,
            RatioOf(f"present_{level}", f"enrolled_{level}"),
            Better.HIGHER,
            decimals=1,
        )
        for level, name in LEVELS.items()
    ),
    Indicator(
        "absentees",
        "Học sinh vắng",
        f"Số học sinh vắng của các trường đã báo cáo. {_SOURCE}",
        Measurement.COUNT,
        CountOf("absent"),
        Better.LOWER,
    ),
    Indicator(
        "excused_share",
        "Vắng có phép",
        f"Học sinh vắng có phép / học sinh vắng. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("excused", "absent"),
        Better.HIGHER,
        decimals=1,
    ),
    Indicator(
        "schools_reporting",
        "Trường đã báo cáo",
        f"Trường đã báo cáo cho ngày học mới nhất / số trường. {_SOURCE}",
        Measurement.SHARE,
        NewestShareOf("reported", "expected"),
        Better.HIGHER,
        decimals=1,
        is_gauge=True,
    ),
    Indicator(
        "lessons",
        "Tiết học số",
        f"Số tiết học có dùng học liệu số. {_SOURCE}",
        Measurement.COUNT,
        CountOf("lessons"),
        Better.HIGHER,
    ),
    Indicator(
        "logins",
        "Lượt dùng nền tảng",
        f"Số lượt đăng nhập nền tảng học tập, thư viện, sổ liên lạc. {_SOURCE}",
        Measurement.COUNT,
        CountOf("logins"),
        Better.HIGHER,
    ),
    Indicator(
        "incidents",
        "Vụ việc",
        f"Số vụ việc trường báo cáo; dưới 5 người liên quan thì không nêu số người. {_SOURCE}",
        Measurement.COUNT,
        CountOf("incidents"),
        Better.LOWER,
    ),
)

EDUCATION = Feed(
    name="education",
    title="Hệ thống giáo dục",
    short_title="Giáo dục",
    content=Content.EDUCATION,
    event_type=SchoolEvents,
    measures=MEASURES,
    indicators=INDICATORS,
    stale_s=100_800,
    headline=("attendance_share", "schools_reporting", "absentees", "lessons"),
    headline_horizon_s=86_400,
    gauges=(Reporting("school_id", _REPORT, schools_by_district),),
)
