"""Macros of grafana-clickhouse-datasource 4.20, as its backend expands them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.errors import IocError
from dashboards.grafana.lexing import Call, arguments, calls, without_comments
from dashboards.grafana.times import TimeRange, interval_text

_DURATION = re.compile(r"(?:\d+(?:\.\d*)?(?:ms|[hms]))+")
_PART = re.compile(r"(\d+(?:\.\d*)?)(ms|[hms])")
_UNIT_S = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


class MacroError(IocError):
    """A macro is used in a way that the plugin refuses."""


@dataclass(frozen=True)
class _Context:
    time: TimeRange
    interval_s: int


def expand(sql: str, time: TimeRange, interval_s: int) -> str:
    """``sql`` as the plugin sends it to ClickHouse; unknown macros stay. Raises MacroError.

    Comments become blanks first. Macros in arguments are expanded before the macro around them.
    """
    return _expanded(without_comments(sql), _Context(time, interval_s))


def _expanded(sql: str, context: _Context) -> str:
    out, done = [], 0
    for call in calls(sql):
        macro = MACROS.get(call.name)
        if macro is None or call.start < done:
            continue
        out += [sql[done : call.start], _called(call, macro, context)]
        done = call.end
    return "".join([*out, sql[done:]])


def _called(call: Call, macro: "_Macro", context: _Context) -> str:
    given = [_expanded(one, context) for one in arguments(call.inside)]
    if macro.takes is not None and len(given) != macro.takes:
        raise MacroError(
            f"$__{call.name} takes {macro.takes} argument(s), and {len(given)} were given"
        )
    return macro.expansion(context, given)


@dataclass(frozen=True)
class _Macro:
    expansion: Callable[[_Context, list[str]], str]
    takes: int | None = None
    """Number of arguments that it requires; None: it ignores arguments."""


def _seconds(at: datetime) -> str:
    return f"toDateTime({int(at.timestamp())})"


def _milliseconds(at: datetime) -> str:
    return f"fromUnixTimestamp64Milli({round(at.timestamp() * 1000)})"


def _date(at: datetime) -> str:
    return f"toDate('{at.astimezone(UTC):%Y-%m-%d}')"


def _between(literal: Callable[[datetime], str]) -> Callable[[_Context, list[str]], str]:
    def expansion(context: _Context, given: list[str]) -> str:
        column, time = given[0], context.time
        return f"{column} >= {literal(time.start)} AND {column} <= {literal(time.end)}"

    return expansion


def _date_and_time(context: _Context, given: list[str]) -> str:
    dates = _between(_date)(context, given[:1])
    times = _between(_seconds)(context, given[1:])
    return f"({dates}) AND ({times})"


def _interval(context: _Context, given: list[str]) -> str:
    return _start_of(given[0], context.interval_s)


def _interval_ms(context: _Context, given: list[str]) -> str:
    width = context.interval_s * 1000
    return f"toStartOfInterval(toDateTime64({given[0]}, 3), INTERVAL {width} millisecond)"


def _group(_: _Context, given: list[str]) -> str:
    text = given[1].strip("'\"")
    seconds = round(sum(float(n) * _UNIT_S[unit] for n, unit in _PART.findall(text)))
    if not _DURATION.fullmatch(text) or seconds <= 0:
        raise MacroError(f"$__timeGroup takes a length of time such as 5m or 1h, not {text!r}")
    return _start_of(given[0], seconds)


def _start_of(column: str, seconds: int) -> str:
    return f"toStartOfInterval(toDateTime({column}), INTERVAL {seconds} second)"


MACROS: dict[str, _Macro] = {
    "timeFilter": _Macro(_between(_seconds), 1),
    "timeFilter_ms": _Macro(_between(_milliseconds), 1),
    "dateFilter": _Macro(_between(_date), 1),
    "dateTimeFilter": _Macro(_date_and_time, 2),
    "dt": _Macro(_date_and_time, 2),
    "fromTime": _Macro(lambda context, _: _seconds(context.time.start)),
    "toTime": _Macro(lambda context, _: _seconds(context.time.end)),
    "fromTime_ms": _Macro(lambda context, _: _milliseconds(context.time.start)),
    "toTime_ms": _Macro(lambda context, _: _milliseconds(context.time.end)),
    "timeFrom": _Macro(lambda context, given: f"{given[0]} >= {_seconds(context.time.start)}", 1),
    "timeTo": _Macro(lambda context, given: f"{given[0]} <= {_seconds(context.time.end)}", 1),
    "timeInterval": _Macro(_interval, 1),
    "timeInterval_ms": _Macro(_interval_ms, 1),
    "timeGroup": _Macro(_group, 2),
    "interval_s": _Macro(lambda context, _: str(context.interval_s)),
    "interval_ms": _Macro(lambda context, _: str(context.interval_s * 1000)),
    "interval": _Macro(lambda context, _: interval_text(context.interval_s * 1000)),
}
"""The macros by their names after ``$__``. $__table and $__column have no value in written SQL."""
