"""Each house rule bites."""

from typing import Any

import pytest

from dashboards.checks.house import is_vietnamese_title
from tests.dashboards.checks.fixture import (
    SERIES_SQL,
    STAT_SQL,
    changed,
    good,
    rule,
    says,
    sentences,
)


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("timezone", "browser", "its time zone is 'browser', not Asia/Ho_Chi_Minh"),
        ("refresh", "", "it is not refreshed"),
        ("time", {"from": "now-3h"}, "it has no default period"),
        ("title", "District overview", "its title 'District overview' is not Vietnamese"),
        ("description", "A board", "it has no description in Vietnamese"),
        ("panels.0.title", "", "it has no title"),
        ("panels.0.title", "Total count", "its title is not Vietnamese"),
        ("panels.0.type", "piechart", "its kind 'piechart' is not in use"),
        ("panels.0.description", None, "panel 1 Đúng hạn 1: it has no description"),
        ("panels.0.datasource", None, "its data source is not"),
        ("panels.0.fieldConfig.defaults.noValue", "0", "its noValue is '0'"),
        ("panels.0.fieldConfig.defaults.unit", None, "it has no unit"),
        ("panels.0.fieldConfig.defaults.decimals", None, "how many decimals"),
        ("templating.list.0.type", "interval", "its type 'interval' is not in use"),
        ("templating.list.0.label", "District", "it has no label in Vietnamese"),
        ("templating.list.0.allValue", ".*", "custom all value"),
        ("templating.list.0.datasource", {"uid": "x"}, "its data source is not"),
        ("templating.list.0.query", "", "it has no query"),
        ("templating.list.0.refresh", 0, "set refresh 1"),
        ("templating.list.0.multi", False, "district must take several values"),
        ("templating.list.0.type", "custom", "district must be a query"),
        ("templating.list.1.options.0.text", "5 phut", "horizon must be one of 300"),
        ("templating.list.1.name", "district", "its name stands twice"),
        ("links.0.keepTime", False, "set keepTime and includeVars"),
        ("links.0.url", "/d/ioc-gone", "leads to 'ioc-gone', which no dashboard has"),
        ("templating.list.2.name", "nguon", "no variable source of the type datasource"),
        ("links.0.url", "https://example.org", "is not of the form /d/<uid>"),
        ("links.0", {"type": "dashboards", "tags": ["x"], "keepTime": True}, "has its tags"),
    ],
)
def test_what_is_wrong_is_said(path: str, value: object, sentence: str) -> None:
    assert says(sentence, sentences(changed(path, value)))


def test_rows_are_not_cut_off_without_a_word() -> None:
    path, limited = "panels.0.targets.0.rawSql", f"{STAT_SQL} LIMIT 12"
    assert says("neither that it shows 12 rows at most", sentences(changed(path, limited)))
    by_unit = f"{STAT_SQL} LIMIT 1 BY district"
    assert not says("rows at most", sentences(changed(path, by_unit)))


def test_a_screen_says_how_fresh_it_is() -> None:
    raw = changed("panels.0.targets.0.rawSql", STAT_SQL.replace(", as_of", ""))
    assert says("how fresh the figures are", sentences(raw))


@pytest.mark.parametrize(
    ("title", "is_one"),
    [("Văn bản đến", True), ("Camera", True), ("Traffic flow", False), ("", False)],
)
def test_titles(title: str, *, is_one: bool) -> None:
    assert is_vietnamese_title(title) is is_one


STEPS = "panels.0.fieldConfig.defaults.thresholds.steps"


def test_colours_change_where_the_contract_says() -> None:
    (sentence,) = sentences(changed(f"{STEPS}.1.value", 0.8))
    assert sentence == (
        "panel 1 Đúng hạn 1: its colours change at 0.8 and 0.95, by the contract at 0.9 and 0.95 "
        "(eoffice.on_time_share)"
    )


def test_in_a_panel_of_several_indicators_columns_are_looked_at() -> None:
    sql = (
        "SELECT anyIf(value, indicator = 'traffic.cameras_online') AS \"Camera\", "
        "anyIf(value, indicator = 'press.spike') AS \"Đột biến\" FROM indicator_latest"
    )
    steps: dict[str, Any] = {"steps": [{"value": None}, {"value": 0.85}, {"value": 0.9}]}
    override = {
        "matcher": {"id": "byName", "options": "Camera"},
        "properties": [{"id": "thresholds", "value": steps}],
    }
    raw = good()
    raw["panels"][0]["targets"][0]["rawSql"] = sql
    raw["panels"][0]["fieldConfig"]["overrides"] = [override]
    wrong = r"0\.85 and 0\.9, by the contract at 0\.85 and 0\.95 \(traffic\.cameras_online\)"
    assert says(wrong, sentences(raw))
    steps["steps"][2]["value"] = 0.95
    assert not says("its colours", sentences(raw))


def test_a_step_may_begin_right_above_the_value() -> None:
    assert sentences(changed(f"{STEPS}.1.value", 0.9000000000000001)) == []


def test_an_indicator_without_threshold_has_no_steps() -> None:
    sql = STAT_SQL.replace("eoffice.on_time_share", "eoffice.received")
    raw = changed("panels.0.targets.0.rawSql", sql)
    assert says("its colours have steps, the contract has none", sentences(raw))


def test_steps_of_a_single_field_count_too() -> None:
    steps = {"steps": [{"value": None}, {"value": 0.5}]}
    override = {"matcher": {}, "properties": [{"id": "thresholds", "value": steps}]}
    raw = changed("panels.0.fieldConfig.overrides", [override])
    assert says("its colours change at 0.5, by the contract", sentences(raw))


def test_indicators_that_the_contract_lacks_are_named() -> None:
    sql = STAT_SQL.replace("on_time_share", "ontime_share")
    raw = changed("panels.0.targets.0.rawSql", sql)
    assert says("there is no indicator 'eoffice.ontime_share'", sentences(raw))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("/d/ioc-thu?${__all_variables}", "drops the period"),
        ("/d/ioc-thu?${__url_time_range}&${horizon:queryparam}", "drops the variable district"),
        ("/d/ioc-none?${__url_time_range}", "leads to 'ioc-none'"),
        ("d/ioc-thu", "is not of the form"),
    ],
)
def test_links_of_fields_take_period_and_variables_along(url: str, sentence: str) -> None:
    raw = changed("panels.1.fieldConfig.defaults.links.0.url", url)
    assert says(sentence, sentences(raw))


@pytest.mark.parametrize(
    "url",
    [
        "/d/ioc-thu?${__url_time_range}&${__all_variables}",
        "/d/ioc-thu?${__url_time_range}&var-district=${__data.fields.code}&var-horizon=${horizon}",
        "/d/${__data.fields.uid}?${__url_time_range}&${__all_variables}",
    ],
)
def test_links_that_do(url: str) -> None:
    assert sentences(changed("panels.1.fieldConfig.defaults.links.0.url", url)) == []


@pytest.mark.parametrize(
    ("part", "instead", "sentence"),
    [
        ("$__timeInterval(pane) AS time", "*", r"it selects \*"),
        ("FROM panes", "FROM ioc.panes", "names the database 'ioc'"),
        ("(${district:singlequote})", "($district)", r"write IN \(\$\{district:singlequote\}\)"),
        ("IN (${district:singlequote})", "= ${district:singlequote}", "can be several values"),
        ("IN (${district:singlequote})", "IN (${district:csv})", "can be several values"),
        ("(${district:singlequote})", "(${distict:singlequote})", "the dashboard does not have"),
        ("(${district:singlequote})", "(${district:quoted})", "format 'quoted', which Grafana"),
        ("$__timeFilter", "$__timeFiltre", r"\$__timeFiltre is none of Grafana's"),
        ("$__timeFilter(pane)", "pane > now() - $__range_s", r"\$__range_s is none of Grafana's"),
    ],
)
def test_sql(part: str, instead: str, sentence: str) -> None:
    assert part in SERIES_SQL
    raw = changed("panels.1.targets.0.rawSql", SERIES_SQL.replace(part, instead))
    assert says(sentence, sentences(raw))


@pytest.mark.parametrize(
    "sql",
    [
        SERIES_SQL.replace(
            "district IN (${district:singlequote})",
            "$__conditionalAll(district IN (${district:singlequote}), $district)",
        ),
        SERIES_SQL + " -- SELECT * FROM ioc.panes WHERE $nobody",
        SERIES_SQL.replace("value", "uniqExact(tuple(district, pane)) * 2 AS value"),
    ],
)
def test_sql_that_is_right(sql: str) -> None:
    assert sentences(changed("panels.1.targets.0.rawSql", sql)) == []


def test_a_variable_of_free_text_is_quoted() -> None:
    raw = good()
    box = {"type": "textbox", "name": "find", "label": "Tìm", "current": {"value": "a"}}
    raw["templating"]["list"].append(box)
    raw["panels"][0]["targets"][0]["rawSql"] += " LIMIT $find"
    assert says(r"\$find can be any text: write \$\{find:singlequote\}", sentences(raw))


ALERT_SQL = "SELECT district, value FROM indicator_latest WHERE horizon_s = 3600"


def alert_sentences(sql: str = ALERT_SQL, **changes: Any) -> list[str]:
    return sentences(good(), rules=[rule(sql, **changes)])


def test_nothing_is_wrong_with_the_good_rule() -> None:
    assert alert_sentences() == []
    assert alert_sentences(dashboardUid="ioc-thu", panelId=1) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"for": None}, "it has no for"),
        ({"noDataState": None}, "it has no noDataState"),
        ({"annotations": {}}, "it has no summary"),
        ({"condition": "D"}, "its condition names none of its data"),
        ({"data": []}, "none of its data asks clickhouse"),
        ({"dashboardUid": "ioc-thu", "panelId": 9}, "it points at panel 9 of ioc-thu"),
        ({"annotations": {"summary": "x", "__dashboardUid__": "no"}}, "points at panel None of no"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(changes: dict[str, Any], sentence: str) -> None:
    assert says(sentence, alert_sentences(**changes))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (" AND $__conditionalAll(1, $district)", "_conditionalAll is a macro of the browser"),
        (" AND district IN (${district:singlequote})", "is a variable of the browser"),
        (" AND as_of > ${__from:date}", "is a variable of the browser"),
        (" UNION ALL SELECT * FROM units", r"selects \*"),
    ],
)
def test_rules_use_what_the_backend_knows(more: str, sentence: str) -> None:
    assert says(sentence, alert_sentences(ALERT_SQL + more))


def test_rules_may_use_macros_of_the_backend() -> None:
    assert alert_sentences(f"{ALERT_SQL} AND $__timeFilter(as_of) AND $__interval_s > 0") == []


def test_rules_have_uids_of_their_own() -> None:
    found = sentences(good(), rules=[rule(ALERT_SQL), rule(ALERT_SQL)])
    assert says("its uid stands twice", found)
