"""The proof of SQL on a real engine: correct SQL passes, each fault is found."""

from collections import Counter
from typing import Any

import pytest

from dashboards.checks import proof
from dashboards.checks.alerting import Rule, load_rules
from dashboards.checks.board import JSON_FOLDER, load_dashboards
from dashboards.checks.proof import Proven
from tests.dashboards.checks.fixture import (
    SERIES_SQL,
    STAT_SQL,
    board,
    changed,
    good,
    panel,
    rule,
    says,
)
from tests.dashboards.seeded import Engine


def proven(engine: Engine, raw: dict[str, Any], *rules: Rule, empty: bool = False) -> list[Proven]:
    ask = engine.empty if empty else engine.seeded
    return list(proof.prove([board(raw)], rules, ask, engine.now, is_empty=empty))


def sentences(found: list[Proven]) -> list[str]:
    return [f"{one.place}: {one.sentence}" for each in found for one in each.problems]


def shown(kind: str, sql: str, form: int = 1, **options: Any) -> dict[str, Any]:
    """A dashboard whose first panel shows ``sql``."""
    raw = good()
    raw["panels"] = [{**panel(1, kind, sql, form), "options": options}]
    raw["annotations"]["list"] = []
    return raw


@pytest.mark.parametrize("empty", [False, True])
def test_the_committed_dashboards(engine: Engine, *, empty: bool) -> None:
    ask = engine.empty if empty else engine.seeded
    boards = load_dashboards(JSON_FOLDER)
    found = list(proof.prove(boards, (), ask, engine.now, is_empty=empty))
    assert sentences(found) == []
    asked = [(board.uid, place) for board in boards for place, _ in board.statements()]
    assert Counter((one.dashboard, one.place) for one in found) == Counter(asked)
    assert all(one.times for one in found)


@pytest.mark.parametrize("empty", [False, True])
def test_the_committed_rules(engine: Engine, *, empty: bool) -> None:
    ask = engine.empty if empty else engine.seeded
    rules = load_rules()
    assert rules
    found = list(proof.prove((), rules, ask, engine.now, is_empty=empty))
    assert sentences(found) == []
    assert found


@pytest.mark.parametrize("empty", [False, True])
def test_nothing_is_wrong_with_the_good_dashboard(engine: Engine, *, empty: bool) -> None:
    found = proven(engine, good(), empty=empty)
    assert sentences(found) == []
    assert [one.place for one in found] == [
        "variable district",
        "annotation Kiểm kê",
        "panel 1 Đúng hạn 1",
        "panel 2 Đúng hạn 2",
    ]


def test_every_kind_of_choice_is_run_once(engine: Engine) -> None:
    """district: All (as it opens), one, none, several; horizon: 300, 86400; two more periods,
    where the statement has one."""
    stat, series = proven(engine, good())[2:]
    assert stat.times == 4 + 2
    assert stat.rows == 10  # the ten districts of the units file
    assert series.times == 4 + 2


@pytest.mark.parametrize(
    ("other", "times"),
    [
        # Beside how the dashboard opens: one and none of the districts, 300 and 86400; several.
        (STAT_SQL.replace("'eoffice.on_time_share'", "'dossier.on_time_share'"), [5, 2]),
        # By itself each tries one, none and several, and the first no more than 3600, as it opens.
        (f"{STAT_SQL} LIMIT 20", [4, 6]),
        (STAT_SQL.replace("horizon_s = ${horizon}", "horizon_s = '${horizon}'"), [4, 6]),
    ],
)
def test_statements_that_differ_in_texts_alone_share_the_choices(
    engine: Engine, other: str, times: list[int]
) -> None:
    raw = shown("stat", STAT_SQL)
    raw["panels"].append(panel(2, "stat", other, 1))
    found = proven(engine, raw)[1:]
    assert sentences(found) == []
    assert [one.times for one in found] == times


SPREAD = "SELECT toDateTime(number * 60) AS time, toFloat64(number) AS value FROM numbers(3)"


@pytest.mark.parametrize(
    ("kind", "sql", "sentence"),
    [
        ("stat", "SELECT nothing AS a", "ClickHouse refuses it: .*nothing"),
        ("stat", "SELECT 'a' AS a", "a stat needs a column of numbers"),
        ("stat", "SELECT [1] AS a", r"column a is Array\(UInt8\), which Grafana does not show"),
        ("stat", "SELECT true AS a", "column a is Bool"),
        ("stat", "SELECT 1 AS a, 1 AS a", "two of its columns have the same name"),
        ("stat", "SELECT 1 AS a WHERE '$district' != ''", "ClickHouse refuses it.*opens"),
        ("stat", "SELECT $__timeFilter() AS a", r"\$__timeFilter takes 1 argument"),
        ("stat", "SELECT 1 AS a WHERE 0", "no rows at all"),
        ("table", "SELECT number AS a FROM numbers(3)", "several rows without ORDER BY"),
        ("table", "SELECT number AS a FROM (SELECT number FROM numbers(3) ORDER BY number)", "ORD"),
        ("table", "SELECT rand() AS a FROM numbers(9) ORDER BY 1", "asked a second time"),
        ("table", "SELECT number AS a FROM numbers(1001) ORDER BY a", "gives 1001 rows, more than"),
        ("barchart", "SELECT 'a' AS a", "a barchart needs a column of numbers"),
        ("barchart", "SELECT 1 AS a", "a barchart needs a column that names its bars"),
        ("heatmap", "SELECT 1 AS a", "a heatmap needs a column of a Date or DateTime"),
        ("state-timeline", f"{SPREAD} ORDER BY time DESC", "not in the order of time"),
    ],
)
def test_faults_of_panels(engine: Engine, kind: str, sql: str, sentence: str) -> None:
    assert says(sentence, sentences(proven(engine, shown(kind, sql))))


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELECT 1 AS value", "a time series needs a column of a Date or DateTime type"),
        ("SELECT now() AS time, 'a' AS label", "a time series needs a column of numbers"),
        (f"{SPREAD} ORDER BY time DESC", "its rows are not in the order of time"),
        ("SELECT CAST(NULL, 'Nullable(DateTime)') AS time, 1 AS value", "its time, is NULL"),
        (f"{SPREAD} UNION ALL {SPREAD} ORDER BY time", "two rows have the same time and labels"),
    ],
)
def test_faults_of_time_series(engine: Engine, sql: str, sentence: str) -> None:
    statement = f"SELECT time, value FROM ({sql}) ORDER BY time" if "UNION" in sql else sql
    assert says(sentence, sentences(proven(engine, shown("timeseries", statement, 0))))


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELECT 20.8 AS lat", "its layer takes 'lon', which is none of its columns"),
        ("SELECT 20.8 AS lat, '105' AS lon", "column lon is String, not a number"),
        ("SELECT 91.5 AS lat, 105.3 AS lon", "column lat has values that are no degrees"),
        (
            "SELECT CAST(NULL, 'Nullable(Float64)') AS lat, 105.3 AS lon",
            "column lat has values that are no",
        ),
    ],
)
def test_faults_of_maps(engine: Engine, sql: str, sentence: str) -> None:
    location = {"mode": "coords", "latitude": "lat", "longitude": "lon"}
    raw = shown("geomap", sql, layers=[{"location": location}])
    assert says(sentence, sentences(proven(engine, raw)))


def test_a_stat_may_show_texts_where_it_names_its_fields(engine: Engine) -> None:
    raw = shown("stat", "SELECT 'Mới' AS a", reduceOptions={"fields": "/.*/"})
    assert sentences(proven(engine, raw)) == []


def test_no_data_is_not_zero(engine: Engine) -> None:
    counted = shown("stat", "SELECT count() AS a FROM panes")
    assert sentences(proven(engine, counted)) == []
    found = sentences(proven(engine, counted, empty=True))
    assert found == [
        "panel 1 Đúng hạn 1: column a is 0 where there is no data [as it opens] (empty tables)"
    ]
    unknown = shown("stat", "SELECT nullIf(count(), 0) AS a FROM panes")
    assert sentences(proven(engine, unknown, empty=True)) == []


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELECT 1 AS a, 2 AS b, 3 AS c", "a variable needs one column, or value and text"),
        ("SELECT arrayJoin(['a', 'a']) AS a ORDER BY a", "a value stands twice"),
        ("SELECT 'a\\\\\\\\b' AS a", "a value has a backslash, which Grafana does not escape"),
        ("SELECT code FROM unit", "variables: one can't be asked"),
    ],
)
def test_faults_of_variables(engine: Engine, sql: str, sentence: str) -> None:
    assert says(sentence, sentences(proven(engine, changed("templating.list.0.query", sql))))


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELECT 1 AS time, 'a' AS text", "an annotation needs a column time of a DateTime"),
        ("SELECT now() AS time, 'a' AS tags", "an annotation needs a column text"),
    ],
)
def test_faults_of_annotations(engine: Engine, sql: str, sentence: str) -> None:
    raw = changed("annotations.list.0.target.rawSql", sql)
    assert says(sentence, sentences(proven(engine, raw)))


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELECT 1 AS a, 2 AS b", "an alert needs one column of numbers, and has 2"),
        (
            "SELECT 'x' AS label, number AS a FROM numbers(2)",
            "two of its rows have the same labels",
        ),
        ("SELECT x AS a", "ClickHouse refuses it"),
    ],
)
def test_faults_of_alerts(engine: Engine, sql: str, sentence: str) -> None:
    assert says(sentence, sentences(proven(engine, good(), rule(sql))))


def test_the_period_of_a_rule_is_its_own(engine: Engine) -> None:
    """From 605 s to 5 s before now: panes 0, 5 and 10 minutes old, as both ends belong to it."""
    sql = "SELECT toUInt32(uniqExact(pane)) AS a FROM panes WHERE $__timeFilter(pane)"
    raw = rule(f"SELECT a AS value FROM ({sql}) WHERE a = 3")
    raw.raw["data"][0]["relativeTimeRange"] = {"from": 605, "to": 5}
    (alert,) = proven(engine, good(), raw)[4:]
    assert (alert.rows, alert.problems) == (1, ())


def test_a_panel_may_have_a_period_of_its_own(engine: Engine) -> None:
    raw = shown("timeseries", SERIES_SQL.replace("GROUP BY", "AND 1 GROUP BY"), 0)
    raw["panels"][0] |= {"timeFrom": "6m", "interval": "1m"}
    (series,) = proven(engine, raw)[1:]
    assert 10 < series.rows <= 2 * 10  # panes 0 and 5 minutes old of ten districts, less some
