"""The final SQL: the browser fills it in first, then the plugin; and the widths of points."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboards.grafana.queries import final_sql, interval_s
from dashboards.grafana.times import TimeRange
from dashboards.grafana.variables import ALL, Selection

END = datetime(2026, 11, 25, 3, 0, 0, tzinfo=UTC)  # 1,795,575,600 s
DAY = TimeRange(END - timedelta(days=1), END)


def chosen(*values: str, multi: bool = False) -> dict[str, Selection]:
    return {"v": Selection("v", values, options=("1", "2"), multi=multi)}


@pytest.mark.parametrize(
    ("values", "sent"),
    [(("val1", "val2"), "v in ('val1','val2')"), ((ALL,), "1=1"), ((), "1=1"), (("",), "1=1")],
)
def test_conditional_all(values: tuple[str, ...], sent: str) -> None:
    sql = "where $__conditionalAll(v in (${v:singlequote}), $v);"
    assert final_sql(sql, chosen(*values), DAY, 60) == f"where {sent};"


def test_each_conditional_all_looks_at_its_own_variable() -> None:
    both = {**chosen("x"), "w": Selection("w", (ALL,), options=("y",))}
    sql = "$__conditionalAll(a = ${v:singlequote}, $v) and $__conditionalAll(b in ($w), ${w})"
    assert final_sql(sql, both, DAY, 60) == "a = 'x' and 1=1"


def test_conditional_all_with_other_than_two_arguments_stays() -> None:
    assert final_sql("$__conditionalAll(a)", chosen("x"), DAY, 60) == "$__conditionalAll(a)"


def test_without_a_format_the_plugin_quotes_lists_and_nothing_else() -> None:
    assert final_sql("($v)", chosen("a", "b"), DAY, 60) == "('a','b')"
    assert final_sql("($v)", chosen("a"), DAY, 60) == "(a)"
    assert final_sql("($v)", chosen("a", multi=True), DAY, 60) == "('a')"


def test_a_value_that_looks_like_a_macro_is_expanded_after_it_was_filled_in() -> None:
    assert final_sql("${v:singlequote}", chosen("$__interval_s"), DAY, 60) == "'60'"


def test_what_every_query_has() -> None:
    sql = "$__from ${__to:date:seconds} $__interval $__interval_ms $__range_s"
    assert final_sql(sql, {}, DAY, 300) == "1795489200000 1795575600 5m 300000 $__range_s"


def test_ad_hoc_filters_are_none() -> None:
    sql = "SELECT 1 SETTINGS $__adHocFilters('panes')"
    assert final_sql(sql, {}, DAY, 60) == "SELECT 1 SETTINGS additional_table_filters={}"


@pytest.mark.parametrize(
    ("hours", "points", "seconds"),
    [
        (24, 1000, 60),  # 86.4 s
        (24, 300, 300),  # 288 s
        (6, 1000, 20),  # 21.6 s
        (1, 1000, 5),  # 3.6 s
        (30 * 24, 1000, 1800),  # 2592 s
        (0.01, 1000, 1),  # 36 ms
        (24, 1, 86_400),  # 86,400,000 ms is not below the last step of half a day
    ],
)
def test_interval_is_rounded_as_in_grafana(hours: float, points: int, seconds: int) -> None:
    assert interval_s(TimeRange(END - timedelta(hours=hours), END), points) == seconds


def test_a_panels_least_interval_holds() -> None:
    assert interval_s(TimeRange(END - timedelta(hours=1), END), 1000, 60) == 60
