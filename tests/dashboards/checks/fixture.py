"""A small dashboard on which nothing is wrong, to break in one place at a time."""

import copy
import re
from collections.abc import Iterable
from typing import Any

from contracts.registry import FEEDS
from dashboards.checks import check
from dashboards.checks.alerting import Rule
from dashboards.checks.board import Dashboard

SOURCE = {"type": "grafana-clickhouse-datasource", "uid": "${source}"}
STAT_SQL = (
    "SELECT value, as_of FROM indicator_latest WHERE indicator = 'eoffice.on_time_share' "
    "AND district IN (${district:singlequote}) AND horizon_s = ${horizon} ORDER BY district"
)
SERIES_SQL = (
    "SELECT $__timeInterval(pane) AS time, district, toFloat64(sum(counts['events'])) AS value "
    "FROM panes FINAL WHERE $__timeFilter(pane) AND district IN (${district:singlequote}) "
    "GROUP BY time, district ORDER BY time, district"
)


def target(sql: str, form: int = 1, ref_id: str = "A") -> dict[str, Any]:
    return {
        "refId": ref_id,
        "datasource": SOURCE,
        "pluginVersion": "4.20.0",
        "editorType": "sql",
        "queryType": "table" if form else "timeseries",
        "format": form,
        "rawSql": sql,
        "meta": {},
    }


def panel(id_: int, kind: str, sql: str, form: int, **grid: int) -> dict[str, Any]:
    return {
        "id": id_,
        "type": kind,
        "title": f"Đúng hạn {id_}",
        "description": "Tỷ lệ xử lý đúng hạn.",
        "datasource": SOURCE,
        "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8, **grid},
        "fieldConfig": {
            "defaults": {"unit": "percentunit", "decimals": 1, "noValue": "Không có dữ liệu"},
            "overrides": [],
        },
        "targets": [target(sql, form)],
    }


def good() -> dict[str, Any]:
    stat = panel(1, "stat", STAT_SQL, 1)
    stat["fieldConfig"]["defaults"]["thresholds"] = {
        "mode": "absolute",
        "steps": [
            {"value": None, "color": "red"},
            {"value": 0.9, "color": "yellow"},
            {"value": 0.95, "color": "green"},
        ],
    }
    series = panel(2, "timeseries", SERIES_SQL, 0, x=12)
    series["fieldConfig"]["defaults"]["links"] = [
        {
            "title": "Chi tiết",
            "url": "/d/ioc-thu?${__url_time_range}&${district:queryparam}&${horizon:queryparam}",
        }
    ]
    return {
        "uid": "ioc-thu",
        "title": "Thử nghiệm",
        "description": "Bảng để thử.",
        "schemaVersion": 42,
        "timezone": "Asia/Ho_Chi_Minh",
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "tags": ["ioc"],
        "links": [
            {
                "type": "link",
                "title": "Về đầu",
                "url": "/d/ioc-thu",
                "keepTime": True,
                "includeVars": True,
            }
        ],
        "templating": {"list": [district(), horizon(), source()]},
        "annotations": {"list": [annotation()]},
        "panels": [stat, series],
    }


def district() -> dict[str, Any]:
    return {
        "type": "query",
        "name": "district",
        "label": "Địa phương",
        "datasource": SOURCE,
        "query": "SELECT code, name_vi FROM units WHERE parent != '' ORDER BY name_vi",
        "refresh": 1,
        "multi": True,
        "includeAll": True,
        "current": {"text": ["Tất cả"], "value": ["$__all"]},
        "options": [],
    }


def horizon() -> dict[str, Any]:
    texts = {"300": "5 phút", "3600": "1 giờ", "86400": "24 giờ"}
    return {
        "type": "custom",
        "name": "horizon",
        "label": "Tính trên",
        "multi": False,
        "current": {"text": "1 giờ", "value": "3600"},
        "options": [{"text": text, "value": value} for value, text in texts.items()],
    }


def source() -> dict[str, Any]:
    return {
        "type": "datasource",
        "name": "source",
        "label": "Nguồn dữ liệu",
        "query": "grafana-clickhouse-datasource",
        "current": {"text": "ClickHouse", "value": "clickhouse"},
        "options": [],
    }


def annotation() -> dict[str, Any]:
    sql = (
        "SELECT audited_at AS time, detail AS text FROM audit WHERE $__timeFilter(audited_at) "
        "ORDER BY time, feed LIMIT 100"
    )
    return {"name": "Kiểm kê", "datasource": SOURCE, "enable": True, "target": target(sql)}


def rule(sql: str, **changes: Any) -> Rule:
    query = {
        "refId": "A",
        "datasourceUid": "clickhouse",
        "relativeTimeRange": {"from": 600, "to": 0},
        "model": {**target(sql), "intervalMs": 60_000},
    }
    raw = {
        "uid": "ioc-on-time",
        "title": "Đúng hạn thấp",
        "condition": "C",
        "noDataState": "NoData",
        "execErrState": "Error",
        "for": "5m",
        "annotations": {"summary": "Đúng hạn thấp ở {{ $labels.name }}."},
        "data": [query, {"refId": "C", "datasourceUid": "__expr__", "model": {}}],
        **changes,
    }
    return Rule(raw)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good dashboard with ``value`` at ``path`` (``panels.0.title``); None takes it out."""
    raw = copy.deepcopy(good())
    *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    at: Any = raw
    for part in way:
        at = at[part]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return raw


def board(raw: dict[str, Any]) -> Dashboard:
    return Dashboard(raw, "ioc-thu.json")


def sentences(*raws: dict[str, Any], rules: Iterable[Rule] = ()) -> list[str]:
    """Place and sentence of every problem, without fields that only the SDK looks at."""
    found = check.problems([board(raw) for raw in raws], list(rules), FEEDS)
    return [f"{one.place}: {one.sentence}" for one in found if "the SDK" not in one.sentence]


def says(sentence: str, found: list[str]) -> bool:
    return any(re.search(sentence, one) for one in found)
