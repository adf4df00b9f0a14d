"""Rules for figures that pass the threshold of their contract, or its limit for a district."""

from collections.abc import Iterator

from contracts.feed import Feed
from contracts.indicators.indicator import INSTANT_S, Better, Indicator, Measurement
from dashboards.alerts import wording
from dashboards.alerts.limits import Limits
from dashboards.alerts.panels import COMPARE, Panels, feed_board
from dashboards.alerts.rule import Rule, Severity
from dashboards.alerts.statements import statement

LASTING_S = 300


def figure_rules(feed: Feed, limits: Limits, panels: Panels) -> Iterator[Rule]:
    """The rules of a feed. Each rule yields an alert instance for each unit."""
    for indicator in feed.indicators:
        if indicator.threshold is not None and indicator.better is not Better.NEITHER:
            yield _rule(
                feed,
                indicator,
                panels,
                limit=indicator.threshold.warn,
                fewest=limits.fewest_events if _is_rolling_share(indicator) else 0,
            )
        if indicator.district_limit is not None:
            # A count grows with the unit, so the limit is a district's, not the province's.
            yield _rule(
                feed, indicator, panels, limit=indicator.district_limit, only_districts=True
            )


def _is_rolling_share(indicator: Indicator) -> bool:
    return indicator.measurement is Measurement.SHARE and not indicator.is_gauge


def _rule(
    feed: Feed,
    indicator: Indicator,
    panels: Panels,
    *,
    limit: float,
    fewest: int = 0,
    only_districts: bool = False,
) -> Rule:
    id_ = feed.indicator_id(indicator)
    horizon_s = INSTANT_S if indicator.is_gauge else feed.headline_horizon_s
    fires, beyond = ("lt", "dưới") if indicator.better is Better.HIGHER else ("gt", "trên")
    name, value = indicator.title.lower(), wording.figure(indicator)
    window = f" trong {wording.span(horizon_s)} qua" if horizon_s else ""
    return Rule(
        uid=f"ioc-{feed.name}-{indicator.name.replace('_', '-')}",
        title=f"{feed.title}: {name} {beyond} ngưỡng",
        sql=statement(
            "indicator",
            indicator=id_,
            horizon_s=horizon_s,
            fewest=fewest,
            with_province=str(not only_districts).lower(),
        ),
        fires=fires,
        limit=limit,
        severity=Severity.WARNING,
        feed=feed.name,
        summary=f"{indicator.title} – {wording.UNIT}: {value}",
        description=f"{feed.title}, {wording.UNIT}: {name}{window} là {value}, {beyond} ngưỡng "
        f"{wording.limit(indicator, limit)}. {indicator.definition}",
        lasting_s=LASTING_S,
        panel=panels.showing(feed_board(feed), f"'{id_}'") or panels.showing(COMPARE, "SELECT"),
    )
