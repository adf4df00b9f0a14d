"""The rule for the disks of ClickHouse: on a full disk nothing can be stored."""

from contracts.settings import Settings
from dashboards.alerts import wording
from dashboards.alerts.panels import QUALITY, Panels
from dashboards.alerts.rule import Rule, Severity
from dashboards.alerts.statements import statement

LASTING_S = 60
FREE_MB = int(Settings.model_fields["free_disk_mb"].default)
"""The default of the limit of ``ioc status``; a rule's query can't read the environment."""


def disk_rule(panels: Panels) -> Rule:
    """Fires when a disk has little free space."""
    return Rule(
        uid="ioc-disk-free",
        title="Đĩa của ClickHouse gần đầy",
        sql=statement("disks"),
        fires="lt",
        limit=FREE_MB,
        severity=Severity.CRITICAL,
        feed="",
        summary="Đĩa {{ .Labels.disk }} gần đầy",
        description=f"Đĩa {{{{ .Labels.disk }}}} còn trống {wording.COUNT} MB, "
        f"giới hạn {FREE_MB} MB. Khi hết chỗ, bộ ghi chờ và số liệu dừng lại: "
        "giải phóng hoặc mở rộng đĩa.",
        lasting_s=LASTING_S,
        panel=panels.showing(QUALITY, "disks"),
    )
