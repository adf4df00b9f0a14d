"""One alert rule, and how Grafana's provisioning writes it down."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dashboards.alerts.panels import Panel

Json = dict[str, Any]

SOURCE = {"type": "grafana-clickhouse-datasource", "uid": "clickhouse"}
EXPRESSION = {"type": "__expr__", "uid": "__expr__"}
PLUGIN = "4.20.0"
STEP_MS = 60_000
POINTS = 43_200


class Severity(StrEnum):
    """What to do about it: look at once, or look today."""

    CRITICAL = "critical"
    WARNING = "warning"


class Unknown(StrEnum):
    """What a rule makes of a query without rows, or of one that fails."""

    ALERTS = "Alerting"
    KEEPS = "KeepLast"
    """Neither good nor bad: what was known last stays."""
    IS_ERROR = "Error"
    """Of a failed query only: an alert of its own, DatasourceError."""


@dataclass(frozen=True)
class Rule:
    """A query (one number a row, its texts are labels), and beyond which limit it fires.

    ``fires`` is Grafana's ``gt`` or ``lt``, strictly. ``window_s`` is the query's time range up to
    now, ``lasting_s`` how long the condition has to hold. ``summary`` and ``description`` are Go
    templates; they name ``.Labels`` and ``.Values``, never ``$labels``: what ``$`` means in
    annotations differs between versions of Grafana. ``feed`` is empty where it is about none.
    """

    uid: str
    title: str
    sql: str
    fires: str
    limit: float
    severity: Severity
    feed: str
    summary: str
    description: str
    lasting_s: int
    window_s: int = 600
    no_data: Unknown = Unknown.KEEPS
    failure: Unknown = Unknown.KEEPS
    panel: Panel | None = None

    def provisioned(self) -> Json:
        """As an entry of ``rules``."""
        return {
            "uid": self.uid,
            "title": self.title,
            "condition": "C",
            "data": [self._query(), _reduction(), _condition(self.fires, self.limit)],
            **(self.panel.link() if self.panel else {}),
            "noDataState": str(self.no_data),
            "execErrState": str(self.failure),
            "for": f"{self.lasting_s}s",
            "annotations": {"summary": self.summary, "description": self.description},
            "labels": {
                "severity": str(self.severity),
                **({"feed": self.feed} if self.feed else {}),
            },
            "isPaused": False,
        }

    def _query(self) -> Json:
        return {
            "refId": "A",
            "relativeTimeRange": {"from": self.window_s, "to": 0},
            "datasourceUid": SOURCE["uid"],
            "model": {
                "refId": "A",
                "datasource": SOURCE,
                "pluginVersion": PLUGIN,
                "editorType": "sql",
                "queryType": "table",
                "format": 1,
                "rawSql": self.sql,
                "meta": {},
                "intervalMs": STEP_MS,
                "maxDataPoints": POINTS,
            },
        }


def _reduction() -> Json:
    return _expression("B", {"type": "reduce", "expression": "A", "reducer": "last"})


def _condition(fires: str, limit: float) -> Json:
    conditions = [{"evaluator": {"type": fires, "params": [limit]}}]
    return _expression("C", {"type": "threshold", "expression": "B", "conditions": conditions})


def _expression(ref: str, model: Json) -> Json:
    return {
        "refId": ref,
        "relativeTimeRange": {"from": 0, "to": 0},
        "datasourceUid": EXPRESSION["uid"],
        "model": {"refId": ref, "datasource": EXPRESSION, **model},
    }
