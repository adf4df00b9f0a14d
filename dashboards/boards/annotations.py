"""Marks on the time axis: operations on the system, corrections of figures, days off."""

from grafana_foundation_sdk.models.dashboard import AnnotationQuery

from dashboards.boards.clickhouse import SOURCE, Asking
from dashboards.boards.palette import PLAIN, UNKNOWN, WARN
from dashboards.boards.statements import sql


def annotations() -> list[AnnotationQuery]:
    """The marks that every dashboard with a time axis has."""
    return [
        _mark("Khởi động, triển khai (200 lần gần nhất)", "marks_operations", UNKNOWN),
        _mark("Hiệu chỉnh số liệu (200 lần gần nhất)", "marks_corrections", WARN),
        _mark("Ngày nghỉ lễ", "marks_holidays", PLAIN),
    ]


def _mark(name: str, statement: str, colour: str) -> AnnotationQuery:
    return AnnotationQuery(
        name=name,
        datasource=SOURCE,
        enable=True,
        hide=False,
        icon_color=colour,
        target=Asking(sql(statement), ref_id="Anno").build(),
    )
