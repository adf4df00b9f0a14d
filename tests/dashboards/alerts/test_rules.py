"""The rules are complete, derived from contracts, and in the form that Grafana reads."""

import json
import re
from dataclasses import replace
from typing import Any, Literal

import pytest

from contracts.events.event import Event
from contracts.feeds.press import PRESS
from contracts.registry import FEEDS
from contracts.settings import load_settings
from dashboards.alerts.build import documents
from dashboards.alerts.figures import figure_rules
from dashboards.alerts.limits import load_limits
from dashboards.alerts.liveness import liveness_rules
from dashboards.alerts.panels import Panels
from dashboards.alerts.quality import quality_rules
from tests.dashboards.alerts.evaluation import ROOT, rules

BY_FEED = {
    "standstill": ("gt", 300),
    "rejects": ("gt", 0.05),
    "unprocessable": ("gt", 0),
    "audit-faults": ("gt", 0),
    "audit-age": ("gt", 1800),
}
FIGURES = {
    "ioc-eoffice-silence": ("gt", 300),
    "ioc-dossier-silence": ("gt", 300),
    "ioc-traffic-silence": ("gt", 30),
    "ioc-press-silence": ("gt", 900),
    "ioc-eoffice-on-time-share": ("lt", 0.90),
    "ioc-dossier-on-time-share": ("lt", 0.90),
    "ioc-dossier-online-share": ("lt", 0.50),
    "ioc-dossier-online-payment-share": ("lt", 0.30),
    "ioc-dossier-digitised-share": ("lt", 0.50),
    "ioc-traffic-cameras-online": ("lt", 0.85),
    "ioc-press-negative-share": ("gt", 0.35),
    "ioc-press-spike": ("gt", 6.0),
    "ioc-eoffice-overdue": ("gt", 10),
    "ioc-dossier-overdue": ("gt", 30),
}
"""After the catalog of indicators, by hand."""
DISK = "ioc-disk-free"
PARKED = "ioc-sink-parked"
"""The two rules that are about no feed."""
CATALOGUED = {uid.split("-")[1] for uid in FIGURES}
EVERY = sorted(rules())


def model(uid: str, ref: str) -> dict[str, Any]:
    (found,) = [query["model"] for query in rules()[uid]["data"] if query["refId"] == ref]
    return dict(found)


def test_the_committed_files_are_those_of_the_code() -> None:
    for path, text in documents(FEEDS).items():
        assert path.read_text(encoding="utf-8") == text, "run `ioc dashboards build`"


def test_every_feed_and_every_threshold_has_its_rules() -> None:
    expected = dict(FIGURES) | {DISK: ("lt", load_settings().free_disk_mb), PARKED: ("gt", 0)}
    for feed in CATALOGUED:
        expected |= {f"ioc-{feed}-{name}": limit for name, limit in BY_FEED.items()}
    found = {}
    for uid in EVERY:
        if uid not in (DISK, PARKED) and rules()[uid]["labels"]["feed"] not in CATALOGUED:
            continue
        (condition,) = model(uid, "C")["conditions"]
        found[uid] = (condition["evaluator"]["type"], *condition["evaluator"]["params"])
    assert found == expected


def test_the_limit_of_rejects_is_the_default_of_the_setting() -> None:
    (condition,) = model("ioc-press-rejects", "C")["conditions"]
    assert condition["evaluator"]["params"] == [load_settings().reject_limit]


@pytest.mark.parametrize("uid", EVERY)
def test_a_rule_is_a_query_a_reduction_and_a_threshold(uid: str) -> None:
    rule = rules()[uid]
    assert [query["refId"] for query in rule["data"]] == ["A", "B", "C"]
    assert [query["datasourceUid"] for query in rule["data"]] == [
        "clickhouse", "__expr__", "__expr__",
    ]  # fmt: skip
    assert all(query["model"]["refId"] == query["refId"] for query in rule["data"])
    assert model(uid, "A")["format"] == 1  # a table: one alert a row
    assert model(uid, "C")["expression"] == "B"
    assert rule["condition"] == "C"
    assert rule["noDataState"] in {"Alerting", "KeepLast"}  # no data is never good
    assert rule["execErrState"] in {"Error", "KeepLast"}
    assert re.fullmatch(r"\d+s", rule["for"])
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert uid in (DISK, PARKED) or rule["labels"]["feed"] in {feed.name for feed in FEEDS}


def test_uids_fit_and_titles_are_unique_in_their_folder() -> None:
    assert all(re.fullmatch(r"[a-z0-9-]{1,40}", uid) for uid in EVERY)
    titles = [rule["title"] for rule in rules().values()]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("uid", EVERY)
def test_queries_need_nothing_that_only_the_browser_knows(uid: str) -> None:
    macros = set(re.findall(r"\$\S*?(?=\W*[(,)\s])", model(uid, "A")["rawSql"]))
    assert macros <= {"$__timeFilter", "$__toTime"}


@pytest.mark.parametrize("uid", EVERY)
def test_only_queries_have_a_dollar_for_elsewhere_it_names_a_variable(uid: str) -> None:
    rule = dict(rules()[uid])
    del rule["data"]
    assert "$" not in json.dumps(rule)


@pytest.mark.parametrize("uid", EVERY)
def test_annotations_say_the_value_and_close_their_templates(uid: str) -> None:
    said = rules()[uid]["annotations"]
    assert said.keys() == {"summary", "description"}
    for text in said.values():
        assert text.count("{{ with ") == text.count("{{ end }}")
    assert "{{ with .Values.B }}" in said["description"] or uid == PARKED  # it is or it is not
    is_of_units = "district" in model(uid, "A")["rawSql"]
    assert ("{{ with .Labels.district }}" in said["summary"]) is is_of_units


def test_every_panel_that_a_rule_names_is_there() -> None:
    there = {
        (board["uid"], panel["id"])
        for file in (ROOT / "dashboards" / "json").glob("*.json")
        for board in [json.loads(file.read_text(encoding="utf-8"))]
        for each in board["panels"]
        for panel in (each, *each.get("panels", ()))
    }
    named = {
        (rule["dashboardUid"], rule["panelId"])
        for rule in rules().values()
        if "dashboardUid" in rule
    }
    assert named <= there


def test_a_new_feed_brings_its_rules_by_its_contract_alone() -> None:
    class Reading(Event):
        feed: Literal["water"]
        kind: Literal["article"]

    feed = replace(PRESS, name="water", title="Mực nước", event_type=Reading, stale_s=60)
    panel = {"id": 7, "targets": [{"rawSql": "WHERE indicator = 'water.spike'"}]}
    given = (feed, load_limits(), Panels([{"uid": "ioc-feed-water", "panels": [panel]}]))
    made = [*liveness_rules(*given), *figure_rules(*given), *quality_rules(*given)]
    assert [rule.uid for rule in made] == [
        f"ioc-water-{name}"
        for name in (
            *("silence", "standstill", "negative-share", "spike"),
            *("rejects", "unprocessable", "audit-faults", "audit-age"),
        )
    ]
    assert made[0].limit == 60
    assert made[0].lasting_s == 120
    by_uid = {rule.uid: rule.provisioned() for rule in made}
    assert by_uid["ioc-water-spike"]["dashboardUid"] == "ioc-feed-water"
    assert by_uid["ioc-water-spike"]["panelId"] == 7
    assert "panelId" not in by_uid["ioc-water-silence"]
    text = json.dumps(list(by_uid.values()))
    assert not [other.name for other in FEEDS if re.search(rf"\b{other.name}\b", text)]
