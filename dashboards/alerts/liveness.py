"""Rules that tell whether a feed sends events, and whether the pipeline computes its figures."""

from datetime import time

from contracts.feed import Feed
from contracts.time.hours import Hours
from dashboards.alerts import wording
from dashboards.alerts.limits import Limits
from dashboards.alerts.panels import Panels, feed_board
from dashboards.alerts.rule import Rule, Severity, Unknown
from dashboards.alerts.statements import statement

ZONE = "Asia/Ho_Chi_Minh"
SHORTEST_S = 120
"""Two evaluations, so that one late batch fires no alert."""


def liveness_rules(feed: Feed, limits: Limits, panels: Panels) -> list[Rule]:
    """The rules of a feed."""
    return [_silence(feed, feed.hours, panels), _standstill(feed, limits, panels)]


def _silence(feed: Feed, hours: Hours | None, panels: Panels) -> Rule:
    """Fires once the feed has been stale for ``stale_s`` more; never outside the feed's hours."""
    within = f" (chỉ tính {wording.hours(hours)})" if hours else ""
    return Rule(
        uid=f"ioc-{feed.name}-silence",
        title=f"{feed.title}: mất tín hiệu",
        sql=_silence_sql(feed, hours),
        fires="gt",
        limit=feed.stale_s,
        severity=Severity.WARNING,
        feed=feed.name,
        summary=f"{feed.title}: không có sự kiện mới",
        description=f"Sự kiện mới nhất cách đây {wording.DURATION}, giới hạn "
        f"{wording.span(feed.stale_s)}{within}.",
        lasting_s=max(SHORTEST_S, feed.stale_s),
        no_data=Unknown.ALERTS,
        panel=panels.showing(feed_board(feed), "newest", "as_of"),
    )


def _silence_sql(feed: Feed, hours: Hours | None) -> str:
    if hours is None:
        return statement("silence", feed=feed.name)
    return statement(
        "silence_in_hours",
        feed=feed.name,
        zone=ZONE,
        opens_s=_second_of_day(hours.opens),
        closes_s=_second_of_day(hours.closes),
        weekdays=", ".join(map(str, hours.weekdays)),
    )


def _second_of_day(at: time) -> int:
    return (at.hour * 60 + at.minute) * 60 + at.second


def _standstill(feed: Feed, limits: Limits, panels: Panels) -> Rule:
    """Fires when the pipeline stands still: figures of a silent feed follow the clock.

    This is the only rule of a feed that also fires when ClickHouse does not answer.
    """
    return Rule(
        uid=f"ioc-{feed.name}-standstill",
        title=f"{feed.title}: ngừng tính toán",
        sql=statement("standstill", feed=feed.name),
        fires="gt",
        limit=limits.standstill_s,
        severity=Severity.CRITICAL,
        feed=feed.name,
        summary=f"{feed.title}: chỉ số không còn được tính",
        description=f"Chỉ số mới nhất được tính cách đây {wording.DURATION}, giới hạn "
        f"{wording.span(limits.standstill_s)}: kiểm tra worker và sink.",
        lasting_s=SHORTEST_S,
        no_data=Unknown.ALERTS,
        failure=Unknown.IS_ERROR,
        panel=panels.showing(feed_board(feed), "computed_at", "newest", "as_of"),
    )
