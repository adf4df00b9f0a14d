"""The headline of a feed, with the chosen districts merged."""

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from contracts.indicators.formulas import Formula, GaugeOf, RatioOf
from contracts.indicators.indicator import INSTANT_S, Indicator
from dashboards.boards.fields import Column
from dashboards.boards.formulas import Translation, translate
from dashboards.boards.look import indicator_look
from dashboards.boards.panels import Head, Spot, stat
from dashboards.boards.statements import lines, name, sql, text

HOURS = f"({sql('hours_of_period')})"


KNOWN = "if('${period}' = '24h', until > toDateTime(0, 'UTC'), held > 0)"


def current(feed: Feed, spot: Spot) -> Panel:
    """One big figure for each headline indicator; districts are merged, never averaged."""
    shown = feed.headline_indicators
    described = " ".join(f"{each.title}: {each.definition}" for each in shown)
    head = Head(
        "current",
        "Các địa phương được chọn",
        f"Gộp các địa phương được chọn. {described} "
        "Trạng thái tức thời: của toàn tỉnh khi chọn cả cấp tỉnh (Tất cả); nếu không, gộp các địa "
        "phương được chọn, hoặc lớn nhất.",
        spot,
    )
    columns = [Column(each.title, indicator_look(each)) for each in shown]
    return stat(head, current_sql(feed), columns)


def current_sql(feed: Feed) -> str:
    """The SQL of that panel."""
    shown = feed.headline_indicators
    merged = {each.name: found for each in shown if (found := _merged(each)) is not None}
    instants = [each for each in shown if each.name not in merged]
    clock = next((each for each in feed.indicators if not each.is_gauge), feed.indicators[0])
    parts = {alias: sum_ for found in merged.values() for alias, sum_ in found.parts.items()}
    return sql(
        "current",
        feed=text(feed.name),
        clock=text(feed.indicator_id(clock)),
        clock_horizon=INSTANT_S if clock.is_gauge else "${horizon}",
        parts=lines(f"{sum_} AS {alias}" for alias, sum_ in parts.items()) or "count() AS panes",
        instants=", ".join(text(feed.indicator_id(each)) for each in instants) or "''",
        states=lines(
            f"{_at_instant(feed.indicator_id(each), each.formula)} AS state_{each.name}"
            for each in instants
        )
        or "count() AS figures",
        values=lines(f"{_value(each, merged)} AS {name(each.title)}" for each in shown),
    )


def _merged(indicator: Indicator) -> Translation | None:
    return None if indicator.is_gauge else translate(indicator.formula, HOURS)


def _value(indicator: Indicator, merged: dict[str, Translation]) -> str:
    if indicator.name not in merged:
        return f"state_{indicator.name}"
    return f"if({KNOWN}, {merged[indicator.name].value}, NULL)"


def _at_instant(indicator: str, formula: Formula) -> str:
    """SQL: the province's gauge if it is chosen, else the districts merged, or their largest."""
    whose = f"indicator = {text(indicator)} AND district"
    chosen = f"{whose} != province"
    match formula:
        case GaugeOf():
            districts = f"sumIf(tupleElement(figure, 1), {chosen})"
        case RatioOf():  # the stored numerator is already scaled
            above, below = (f"sumIf(tupleElement(figure, {place}), {chosen})" for place in (2, 3))
            districts = f"{above} / nullIf({below}, 0)"
        case _:
            districts = f"maxIf(tupleElement(figure, 1), {chosen})"
    return f"if(has_province, maxIf(tupleElement(figure, 1), {whose} = province), {districts})"
