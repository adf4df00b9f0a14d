"""The rule for parked routes of the sink, whose messages wait until a person acts."""

from dashboards.alerts.panels import QUALITY, Panels
from dashboards.alerts.rule import Rule, Severity
from dashboards.alerts.statements import statement

LASTING_S = 60


def parked_rule(panels: Panels) -> Rule:
    """Fires while a route is parked."""
    return Rule(
        uid="ioc-sink-parked",
        title="Tuyến ghi tạm dừng",
        sql=statement("parked"),
        fires="gt",
        limit=0,
        severity=Severity.CRITICAL,
        feed="",
        summary="Tuyến ghi {{ .Labels.route }} tạm dừng",
        description="Bộ ghi không ghi được một thông điệp của tuyến {{ .Labels.route }}; các tuyến "
        "khác vẫn chạy, dữ liệu của tuyến này chờ trong Kafka. Xem lý do: ioc status. Sửa xong thì "
        "chạy: ioc sink resume {{ .Labels.route }}.",
        lasting_s=LASTING_S,
        panel=panels.showing(QUALITY, "audit_faults"),
    )
