"""One alert rule, and its form in Grafana's provisioning."""

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
    """How soon somebody must look: at once (critical) or today (warning)."""

    CRITICAL = "critical"
    WARNING = "warning"


class Unknown(StrEnum):
    """The state of a rule whose query returns no rows, or fails."""

    ALERTS = "Alerting"
    KEEPS = "KeepLast"
    """The last known state stays."""
    IS_ERROR = "Error"
    """For failed queries only: an alert of its own, DatasourceError."""


@dataclass(frozen=True)
class Rule:
    """A query (one number a row; its texts are labels) and the limit beyond which it fires.

    ``fires`` is Grafana's ``gt`` or ``lt``, strictly. ``window_s`` is the query's time range up to
    now, ``lasting_s`` how long the condition has to hold. ``summary`` and ``description`` are Go
    templates; they name ``.Labels`` and ``.Values``, never ``$labels``: what ``$`` means in
    annotations differs between versions of Grafana. ``feed`` is empty if the rule is about no feed.
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
        """The rule as an entry of ``rules``."""
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
