"""The platforms that connect information systems: the province's LGSP, the nation's NDXP.

They serve the province as a whole, so their events carry the province's own code.
"""

from typing import Annotated, Literal

from pydantic import Field

from contracts.contents import Content
from contracts.events.event import Checked, Event, Slug
from contracts.feed import Feed
from contracts.indicators.formulas import CountOf, GaugeOf, LargestOf, QuantileOf, RatioOf
from contracts.indicators.gauges import LatestStates, Silence
from contracts.indicators.indicator import Better, Indicator, Measurement, Threshold
from contracts.indicators.measures import Count, CountIf, Histogram
from contracts.reference.known_reporters import connected_systems, platform_systems

BIN_MS, MAX_BINS = 20, 3_000
LONGEST_MINUTES = 10_080


class PlatformEvent(Event):
    """Fields of all events of the platforms."""

    feed: Literal["platform"]
    platform: Literal["lgsp", "ndxp"]
    system: Slug


class Call(PlatformEvent):
    """A system called a service over the platform, or was called."""

    kind: Literal["call"]
    direction: Literal["inbound", "outbound"]
    status: Literal["ok", "error", "timeout"]
    latency_ms: Annotated[int, Field(ge=0, le=600_000)]
    bytes: Annotated[int, Field(ge=0, le=1_000_000_000)]


class Connection(PlatformEvent):
    """The state of a system's connection; sent when it changes, and every hour."""

    kind: Literal["connection"]
    state: Literal["connected", "trial", "down"]


PlatformEvents = Annotated[Call | Connection, Field(discriminator="kind")]


def _latency_bin(event: Checked) -> int:
    return min(int(event["latency_ms"]) // BIN_MS, MAX_BINS)


_CALL, _CONNECTION = frozenset({"call"}), frozenset({"connection"})

CONNECTION_COUNTS_FOR_S = 6 * 3_600
"""A connection without an event for this long counts as in no state."""

MEASURES = (
    Count("calls", _CALL),
    CountIf("calls_ok", _CALL, lambda event: bool(event["status"] == "ok")),
    Histogram("latency_bins", _CALL, _latency_bin),
)

_SOURCE = "Nguồn: nhật ký nền tảng LGSP, NDXP; của toàn tỉnh, ghi ở nơi đặt cơ quan tỉnh."

INDICATORS = (
    Indicator(
        "calls",
        "Lượt gọi",
        f"Số lượt gọi dịch vụ qua nền tảng. {_SOURCE}",
        Measurement.COUNT,
        CountOf("calls"),
    ),
    Indicator(
        "success_share",
        "Gọi thành công",
        f"Lượt gọi thành công / lượt gọi. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("calls_ok", "calls"),
        Better.HIGHER,
        Threshold(good=0.98, warn=0.95),
        decimals=1,
    ),
    Indicator(
        "latency_p95",
        "Thời gian trả lời (p95)",
        f"95 % lượt gọi được trả lời trong thời gian này. {_SOURCE}",
        Measurement.MILLISECONDS,
        QuantileOf("latency_bins", 0.95, float(BIN_MS)),
        Better.LOWER,
        Threshold(good=1_000.0, warn=3_000.0),
    ),
    Indicator(
        "systems_up",
        "Hệ thống hoạt động",
        f"Hệ thống kết nối chính thức hoặc thử nghiệm không bị ngắt / số hệ thống. {_SOURCE}",
        Measurement.SHARE,
        RatioOf("up", "known"),
        Better.HIGHER,
        Threshold(good=0.95, warn=0.85),
        decimals=1,
        is_gauge=True,
    ),
    *(
        Indicator(
            f"systems_{state}",
            title,
            f"Số hệ thống {meaning}. {_SOURCE}",
            Measurement.COUNT,
            GaugeOf(f"in_{state}"),
            better,
            is_gauge=True,
        )
        for state, title, meaning, better in (
            ("connected", "Kết nối chính thức", "đang kết nối chính thức", Better.HIGHER),
            ("trial", "Kết nối thử nghiệm", "đang kết nối thử nghiệm", Better.NEITHER),
            ("down", "Mất kết nối", "đang mất kết nối", Better.LOWER),
        )
    ),
    Indicator(
        "silent_minutes",
        "Im lặng lâu nhất",
        "Số phút từ lượt gọi cuối của hệ thống kết nối chính thức im lặng lâu nhất, "
        f"nhiều nhất 7 ngày. {_SOURCE}",
        Measurement.MINUTES,
        LargestOf("silent_minutes"),
        Better.LOWER,
        is_gauge=True,
    ),
)

PLATFORM = Feed(
    name="platform",
    tells_of_province=True,
    title="Nền tảng tích hợp, chia sẻ dữ liệu",
    short_title="Nền tảng",
    content=Content.PLATFORMS,
    event_type=PlatformEvents,
    measures=MEASURES,
    indicators=INDICATORS,
    stale_s=300,
    headline=("success_share", "latency_p95", "systems_up", "silent_minutes", "calls"),
    headline_horizon_s=3_600,
    gauges=(
        LatestStates(
            "system",
            _CONNECTION,
            "state",
            ("connected", "trial", "down"),
            frozenset({"connected", "trial"}),
            platform_systems,
            counts_for_s=CONNECTION_COUNTS_FOR_S,
        ),
        Silence("system", _CALL, LONGEST_MINUTES, connected_systems),
    ),
)
