"""Rules for the quality of a feed's data: refused events, and findings and age of its audit."""

from contracts.feed import Feed
from contracts.settings import Settings
from dashboards.alerts import wording
from dashboards.alerts.limits import Limits
from dashboards.alerts.panels import QUALITY, Panels
from dashboards.alerts.rule import Rule, Severity, Unknown
from dashboards.alerts.statements import statement

HOUR_S, DAY_S = 3_600, 86_400
LASTING_S = 300
REJECT_LIMIT = float(Settings.model_fields["reject_limit"].default)
"""The default of the limit of ``ioc status``; a rule's query can't read the environment."""


def quality_rules(feed: Feed, limits: Limits, panels: Panels) -> list[Rule]:
    """The rules of a feed."""
    return [
        _rejects(feed, limits, panels),
        _unprocessable(feed, panels),
        _audit_faults(feed, panels),
        _audit_age(feed, limits, panels),
    ]


def _rejects(feed: Feed, limits: Limits, panels: Panels) -> Rule:
    return Rule(
        uid=f"ioc-{feed.name}-rejects",
        title=f"{feed.title}: nhiều sự kiện bị từ chối",
        sql=statement("rejects", feed=feed.name, fewest=limits.fewest_events),
        fires="gt",
        limit=REJECT_LIMIT,
        severity=Severity.WARNING,
        feed=feed.name,
        summary=f"{feed.title}: {wording.SHARE} sự kiện bị từ chối",
        description=f"Trong 1 giờ qua {wording.SHARE} sự kiện bị từ chối, giới hạn "
        f"{wording.percent(REJECT_LIMIT)}. Chi tiết: ioc rejects --feed {feed.name} --since 1h.",
        lasting_s=LASTING_S,
        window_s=HOUR_S,
        panel=panels.showing(QUALITY, "rejects"),
    )


def _unprocessable(feed: Feed, panels: Panels) -> Rule:
    """Fires at the first one: a fault of the code, or a source whose records can't be read."""
    return Rule(
        uid=f"ioc-{feed.name}-unprocessable",
        title=f"{feed.title}: sự kiện không xử lý được",
        sql=statement("unprocessable", feed=feed.name),
        fires="gt",
        limit=0,
        severity=Severity.CRITICAL,
        feed=feed.name,
        summary=f"{feed.title}: {wording.COUNT} sự kiện không xử lý được",
        description=f"Trong 24 giờ qua {wording.COUNT} sự kiện gây lỗi khi xử lý, đã giữ riêng. "
        f"Chi tiết: ioc rejects --feed {feed.name} --reason unprocessable. Sửa xong thì phát lại: "
        f"ioc rejects replay --feed {feed.name} --reason unprocessable.",
        lasting_s=0,
        window_s=DAY_S,
        panel=panels.showing(QUALITY, "rejects"),
    )


def _audit_faults(feed: Feed, panels: Panels) -> Rule:
    return Rule(
        uid=f"ioc-{feed.name}-audit-faults",
        title=f"{feed.title}: đối soát có sai lệch",
        sql=statement("audit_faults", feed=feed.name),
        fires="gt",
        limit=0,
        severity=Severity.CRITICAL,
        feed=feed.name,
        summary=f"{feed.title}: đối soát thấy {wording.COUNT} sai lệch",
        description="Lần đối soát gần nhất thấy sự kiện thiếu, chưa lưu, ghi hai lần hoặc phút sai "
        f"chưa sửa: {wording.COUNT}. Chi tiết: ioc audit --feed {feed.name}.",
        lasting_s=0,
        panel=panels.showing(QUALITY, "audit"),
    )


def _audit_age(feed: Feed, limits: Limits, panels: Panels) -> Rule:
    return Rule(
        uid=f"ioc-{feed.name}-audit-age",
        title=f"{feed.title}: lâu chưa đối soát",
        sql=statement("audit_age", feed=feed.name),
        fires="gt",
        limit=limits.audit_age_s,
        severity=Severity.WARNING,
        feed=feed.name,
        summary=f"{feed.title}: lâu chưa đối soát",
        description=f"Lần đối soát gần nhất cách đây {wording.DURATION}, giới hạn "
        f"{wording.span(limits.audit_age_s)}: kiểm tra sink.",
        lasting_s=LASTING_S,
        no_data=Unknown.ALERTS,
        panel=panels.showing(QUALITY, "audit"),
    )
