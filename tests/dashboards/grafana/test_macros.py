"""Macros, against the figures that the plugin's own tests have."""

from datetime import UTC, datetime

import pytest

from dashboards.grafana.macros import MacroError, expand
from dashboards.grafana.times import TimeRange

YEAR = TimeRange(
    datetime(2014, 11, 12, 11, 45, 26, 123_000, UTC),
    datetime(2015, 11, 12, 11, 45, 26, 456_000, UTC),
)
FROM, TO = "toDateTime(1415792726)", "toDateTime(1447328726)"
FROM_MS, TO_MS = (
    "fromUnixTimestamp64Milli(1415792726123)",
    "fromUnixTimestamp64Milli(1447328726456)",
)


@pytest.mark.parametrize(
    ("sql", "sent"),
    [
        (
            "$__timeFilter(cast(t as timestamp) )",
            f"cast(t as timestamp) >= {FROM} AND cast(t as timestamp) <= {TO}",
        ),
        ("$__timeFilter_ms(t)", f"t >= {FROM_MS} AND t <= {TO_MS}"),
        (
            "( d >= $__fromTime ) and ( d <= $__toTime ) limit 100",
            f"( d >= {FROM} ) and ( d <= {TO} ) limit 100",
        ),
        ("d >= $__fromTime_ms and d <= $__toTime_ms", f"d >= {FROM_MS} and d <= {TO_MS}"),
        ("$__dateFilter(d)", "d >= toDate('2014-11-12') AND d <= toDate('2015-11-12')"),
        ("$__timeFrom(ts) AND $__timeTo(ts)", f"ts >= {FROM} AND ts <= {TO}"),
        ("$__timeInterval(col)", "toStartOfInterval(toDateTime(col), INTERVAL 20 second)"),
        (
            "$__timeInterval_ms(col)",
            "toStartOfInterval(toDateTime64(col, 3), INTERVAL 20000 millisecond)",
        ),
        ("$__interval_s, $__interval_ms, $__interval", "20, 20000, 20s"),
        ("$__timeGroup(ts, 5m)", "toStartOfInterval(toDateTime(ts), INTERVAL 300 second)"),
        ("$__timeGroup(ts, '1h')", "toStartOfInterval(toDateTime(ts), INTERVAL 3600 second)"),
        ("$__somethingElse(x)", "$__somethingElse(x)"),
    ],
)
def test_expansion(sql: str, sent: str) -> None:
    assert expand(sql, YEAR, 20) == sent


def test_date_time_filter_takes_a_day_and_a_moment() -> None:
    assert expand("$__dateTimeFilter(d, t)", YEAR, 20) == (
        f"(d >= toDate('2014-11-12') AND d <= toDate('2015-11-12')) AND (t >= {FROM} AND t <= {TO})"
    )


def test_dt_is_short_for_date_time_filter() -> None:
    assert expand("$__dt(d, t)", YEAR, 20) == expand("$__dateTimeFilter(d, t)", YEAR, 20)


def test_inner_macros_come_first() -> None:
    assert expand("$__timeFilter(coalesce(c, $__toTime))", YEAR, 60) == (
        f"coalesce(c, {TO}) >= {FROM} AND coalesce(c, {TO}) <= {TO}"
    )
    assert expand("$__timeInterval($__fromTime)", YEAR, 60) == (
        f"toStartOfInterval(toDateTime({FROM}), INTERVAL 60 second)"
    )


@pytest.mark.parametrize(
    ("sql", "sent"),
    [
        (r"msg = 'it\'s -- fine' and $__fromTime", rf"msg = 'it\'s -- fine' and {FROM}"),
        (r"msg = 'a\'/*x' and $__toTime", rf"msg = 'a\'/*x' and {TO}"),
        ("msg = 'it''s' and $__fromTime", f"msg = 'it''s' and {FROM}"),
        ("`it's`, msg = 'a--b' AND $__fromTime", f"`it's`, msg = 'a--b' AND {FROM}"),
        ("`a--b`, `c/*d` WHERE $__fromTime", f"`a--b`, `c/*d` WHERE {FROM}"),
        ("$doc$a--b$doc$ WHERE $__toTime", f"$doc$a--b$doc$ WHERE {TO}"),
        ("1 -- $__fromTime\n, $__toTime", f"1               \n, {TO}"),
        ("1 /* $__fromTime */, $__toTime", f"1                  , {TO}"),
    ],
)
def test_comments_hide_macros_and_quotes_hide_comments(sql: str, sent: str) -> None:
    assert expand(sql, YEAR, 20) == sent


@pytest.mark.parametrize(
    "sql",
    ["$__timeFilter()", "$__dateTimeFilter(d)", "$__timeInterval", "$__timeGroup(ts)"],
)
def test_missing_arguments_are_refused(sql: str) -> None:
    with pytest.raises(MacroError, match=r"takes \d argument"):
        expand(sql, YEAR, 20)


@pytest.mark.parametrize("length", ["not-a-duration", "1d", "0s"])
def test_time_group_takes_lengths_of_time(length: str) -> None:
    with pytest.raises(MacroError, match="length of time"):
        expand(f"$__timeGroup(ts, {length})", YEAR, 20)
