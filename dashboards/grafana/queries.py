"""The SQL that ClickHouse receives for a panel's query, and the width of its points."""

from collections.abc import Mapping

from dashboards.grafana import browser, formats, macros
from dashboards.grafana.times import TimeRange, rounded_ms
from dashboards.grafana.variables import Selection, builtins, interpolate


def final_sql(
    raw_sql: str, selections: Mapping[str, Selection], time: TimeRange, interval_s: int
) -> str:
    """``raw_sql`` as ClickHouse receives it: the browser fills in variables, the plugin macros.

    Raises MacroError.
    """
    known = {**builtins(time, interval_s * 1000), **selections}
    sql = browser.conditional_all(raw_sql, selections)
    sql = interpolate(sql, known, formats.plugin_default)
    return macros.expand(browser.ad_hoc_filters(sql), time, interval_s)


def interval_s(time: TimeRange, max_points: int, least_s: int = 1) -> int:
    """The seconds between points of a panel of ``max_points``, rounded as Grafana does.

    ``least_s`` is the panel's minimal interval. The result is at least 1, as in ``$__interval_s``.
    """
    return max(rounded_ms(time.milliseconds / max_points) // 1000, least_s, 1)
