"""Checks the alert rules in Grafana's provisioning files."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.errors import IocError
from dashboards.checks.board import Dashboard, Json
from dashboards.checks.problem import Problem
from dashboards.checks.sql_text import alert_statement

ALERTS = "alerts"
SOURCE_UID = "clickhouse"
"""The uid of the provisioned data source; rules can't use variables."""
FOLDER = Path(__file__).parents[1] / "provisioning" / "alerting"


class AlertFileError(IocError):
    """A file of alert rules can't be read."""


@dataclass(frozen=True)
class Rule:
    """An alert rule."""

    raw: Json

    @property
    def place(self) -> str:
        """Its name in problems."""
        return f"rule {self.raw.get('uid') or self.raw.get('title', '?')}"

    @property
    def queries(self) -> list[Json]:
        """Its queries to ClickHouse."""
        return [one for one in self.raw.get("data", ()) if one.get("datasourceUid") == SOURCE_UID]


def load_rules(folder: Path = FOLDER) -> list[Rule] | None:
    """All rules of a folder; None if PyYAML, a development tool, is not installed.

    Raises AlertFileError.
    """
    try:
        import yaml
    except ImportError:
        return None
    rules: list[Rule] = []
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        try:
            held: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise AlertFileError(f"{path} can't be read as YAML: {error}") from None
        groups = held.get("groups") if isinstance(held, dict) else None
        rules += [Rule(rule) for group in groups or () for rule in group.get("rules", ())]
    return rules


def problems(rules: Sequence[Rule], dashboards: Sequence[Dashboard]) -> Iterator[Problem]:
    """The problems of rules that can be found without running their SQL."""
    panels = {(one.uid, panel.raw.get("id")) for one in dashboards for panel in one.panels}
    uids = Counter(rule.raw.get("uid") for rule in rules)
    for rule in rules:
        if uids[rule.raw.get("uid")] > 1:
            yield Problem(ALERTS, rule.place, "its uid stands twice")
        for sentence in (*_rule(rule), *_panel(rule, panels)):
            yield Problem(ALERTS, rule.place, sentence)


def _rule(rule: Rule) -> Iterator[str]:
    for key in ("uid", "title", "condition", "noDataState", "execErrState", "for"):
        if not rule.raw.get(key):
            yield f"it has no {key}"
    if not {"summary"} <= set(rule.raw.get("annotations") or {}):
        yield "it has no summary, which is what people are told"
    if not rule.queries:
        yield f"none of its data asks {SOURCE_UID}"
    names = [one.get("refId") for one in rule.raw.get("data", ())]
    if rule.raw.get("condition") not in names:
        yield "its condition names none of its data"
    for query in rule.queries:
        yield from alert_statement(str(query.get("model", {}).get("rawSql", "")))


def _panel(rule: Rule, panels: set[tuple[str, Any]]) -> Iterator[str]:
    annotations = rule.raw.get("annotations") or {}
    uid = rule.raw.get("dashboardUid") or annotations.get("__dashboardUid__")
    id_ = rule.raw.get("panelId") or annotations.get("__panelId__")
    if uid is not None and (uid, int(id_ or 0)) not in panels:
        yield f"it points at panel {id_} of {uid}, which there is not"
