"""Information security: alerts, their triage, incidents until they are resolved, heartbeats.

Hosts appear as keyed tokens only, never by name or address.
"""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from contracts.contents import Content
from contracts.events.event import Checked, Event, Instant, Token
from contracts.feed import Feed
from contracts.indicators.formulas import CountOf, GaugeOf, QuantileOf, RatioOf
from contracts.indicators.gauges import OpenItems, Presence
from contracts.indicators.indicator import Better, Indicator, Measurement, Threshold
from contracts.indicators.measures import Count, CountIf, Histogram, Sum, elapsed_ms, on_time
from contracts.reference.known_reporters import monitored_by_district

HALF_HOUR_MS = 1_800_000
MAX_HALF_HOURS = 1_440
SILENT_LIMIT_S = 2_700
REPORT_PREFIX = "report_"
"""Prefix of the parts that count incidents not yet reported."""

Severity = Literal["low", "medium", "high", "critical"]
Category = Literal["malware", "phishing", "scan", "ddos", "web_attack", "leak", "botnet"]
SEVERITIES = {"critical": "nghiêm trọng", "high": "cao", "medium": "trung bình", "low": "thấp"}


class SystemEvent(Event):
    """Fields of all events of a monitored system."""

    feed: Literal["infosec"]
    system_id: Token
    system_level: Annotated[
        int, Field(ge=1, le=5, description="level of the system, Decree 85/2016/NĐ-CP")
    ]


class Heartbeat(SystemEvent):
    """The monitoring of a system says that it works."""

    kind: Literal["heartbeat"]


class Alert(SystemEvent):
    """A sensor raised an alert; triage decides what it is worth."""

    kind: Literal["alert"]
    alert_id: Token
    severity: Severity
    category: Category
    host_token: Annotated[
        str, Field(pattern=r"^[0-9a-f]{16,64}$", description="keyed hash, never the host's name")
    ]


class Triage(SystemEvent):
    """A person judged an alert."""

    kind: Literal["triage"]
    alert_id: Token
    severity: Severity
    verdict: Literal["confirmed", "false_alarm"]
    alerted_at: Instant


class IncidentEvent(SystemEvent):
    """Fields of all events of an incident."""

    incident_id: Token
    severity: Severity
    category: Category
    opened_at: Instant = Field(description="when the incident was opened")


class IncidentOpened(IncidentEvent):
    """Confirmed alerts became an incident, which must be reported by ``due_at``."""

    kind: Literal["incident_opened"]
    due_at: Instant


class IncidentContained(IncidentEvent):
    """The incident does no more harm."""

    kind: Literal["incident_contained"]


class IncidentReported(IncidentEvent):
    """The incident was reported to the competent authority."""

    kind: Literal["incident_reported"]
    due_at: Instant


class IncidentResolved(IncidentEvent):
    """The incident is over and its cause removed."""

    kind: Literal["incident_resolved"]


SecurityEvents = Annotated[
    Heartbeat
    | Alert
    | Triage
    | IncidentOpened
    | IncidentContained
    | IncidentReported
    | IncidentResolved,
    Field(discriminator="kind"),
]


def _of_severity(severity: str) -> Callable[[Checked], bool]:
    def test(event: Checked) -> bool:
        return bool(event["severity"] == severity)

    return test


def _is_false(event: Checked) -> bool:
    return bool(event["verdict"] == "false_alarm")


def _seconds(event: Checked) -> int:
    return elapsed_ms(event, "opened_at") // 1000


def _half_hours(event: Checked) -> int:
    return min(elapsed_ms(event, "opened_at") // HALF_HOUR_MS, MAX_HALF_HOURS)


_ALERT, _TRIAGE = frozenset({"alert"}), frozenset({"triage"})
_OPENED, _CONTAINED = frozenset({"incident_opened"}), frozenset({"incident_contained"})
_REPORTED, _RESOLVED = frozenset({"incident_reported"}), frozenset({"incident_resolved"})

MEASURES = (
    Count("alerts", _ALERT),
    *(CountIf(f"alerts_{name}", _ALERT, _of_severity(name)) for name in SEVERITIES),
    Count("triaged", _TRIAGE),
    CountIf("triaged_false", _TRIAGE, _is_false),
    Count("incidents", _OPENED),
    Count("contained", _CONTAINED),
    Sum("contained_seconds", _CONTAINED, _seconds),
    Histogram("contained_half_hours", _CONTAINED, _half_hours),
    Count("reported", _REPORTED),
    CountIf("reported_on_time", _REPORTED, on_time),
    Count("resolved", _RESOLVED),
)

_SOURCE = "Nguồn: hệ thống giám sát an toàn thông tin (SOC)."
_LIMIT = "trong 5 ngày từ khi phát hiện (Thông tư 20/2017/TT-BTTTT)"

INDICATORS = (
    Indicator(
        "alerts",
        "Cảnh báo",
        f"Số cảnh báo, chưa qua xác minh. {_SOURCE}",
        Measurement.COUNT,
        CountOf("alerts"),
    ),
    *(
        Indicator(
            f"alerts_{severity}",
            f"Cảnh báo mức {name}",
            f"Số cảnh báo mức {name}, chưa qua xác minh. {_SOURCE}",
            Measurement.COUNT,
            CountOf(f"alerts_{severity}"),
            Better.LOWER,
        )
        for severity, name in SEVERITIES.items()
    ),
    Indicator(
        "false_share",
        "Cảnh báo sai",
        f"Cảnh báo xác minh là sai / đã xác minh. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("triaged_false", "triaged"),
        Better.LOWER,
        decimals=1,
    ),
    Indicator(
        "incidents",
        "Sự cố xác nhận",
        f"Số sự cố đã có người xác nhận. {_SOURCE}",
        Measurement.COUNT,
        CountOf("incidents"),
        Better.LOWER,
    ),
    Indicator(
        "resolved",
        "Sự cố đã khắc phục",
        f"Số sự cố đã khắc phục xong. {_SOURCE}",
        Measurement.COUNT,
        CountOf("resolved"),
    ),
    Indicator(
        "contain_hours_mean",
        "Thời gian ngăn chặn",
        f"Số giờ trung bình từ khi mở sự cố đến khi ngăn chặn được. {_SOURCE}",
        Measurement.HOURS,
        RatioOf("contained_seconds", "contained", scale=3600),
        Better.LOWER,
        decimals=1,
    ),
    Indicator(
        "contain_hours_p90",
        "Thời gian ngăn chặn (p90)",
        f"90 % sự cố được ngăn chặn trong số giờ này. {_SOURCE}",
        Measurement.HOURS,
        QuantileOf("contained_half_hours", 0.9, 0.5),
        Better.LOWER,
        decimals=1,
    ),
    Indicator(
        "reported_on_time_share",
        "Báo cáo đúng hạn",
        f"Sự cố báo cáo {_LIMIT} / sự cố đã báo cáo. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("reported_on_time", "reported"),
        Better.HIGHER,
        Threshold(good=0.95, warn=0.90),
        decimals=1,
    ),
    Indicator(
        "open",
        "Sự cố đang xử lý",
        f"Sự cố chưa khắc phục xong. {_SOURCE}",
        Measurement.COUNT,
        GaugeOf("open"),
        Better.LOWER,
        is_gauge=True,
    ),
    Indicator(
        "report_overdue",
        "Quá hạn báo cáo",
        f"Sự cố chưa báo cáo {_LIMIT}. {_SOURCE}",
        Measurement.COUNT,
        GaugeOf(f"{REPORT_PREFIX}overdue"),
        Better.LOWER,
        is_gauge=True,
        district_limit=0,
    ),
    Indicator(
        "systems_monitored",
        "Hệ thống được giám sát",
        f"Hệ thống có tín hiệu trong {SILENT_LIMIT_S // 60} phút / hệ thống phải giám sát. "
        f"{_SOURCE}",
        Measurement.SHARE,
        RatioOf("online", "known"),
        Better.HIGHER,
        Threshold(good=0.95, warn=0.85),
        decimals=1,
        is_gauge=True,
    ),
)

INFOSEC = Feed(
    name="infosec",
    title="An toàn thông tin",
    short_title="An toàn TT",
    content=Content.SECURITY,
    event_type=SecurityEvents,
    measures=MEASURES,
    indicators=INDICATORS,
    stale_s=1_200,
    headline=("systems_monitored", "incidents", "report_overdue", "alerts"),
    headline_horizon_s=86_400,
    gauges=(
        Presence("system_id", SILENT_LIMIT_S, monitored_by_district, frozenset({"heartbeat"})),
        OpenItems("incident_id", _OPENED, _RESOLVED, "due_at"),
        OpenItems("incident_id", _OPENED, _REPORTED, "due_at", prefix=REPORT_PREFIX),
    ),
)
