"""Panels of single feeds. A feed without special panels needs no line here."""

from collections.abc import Callable, Mapping

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from dashboards.boards.feeds import platform, press, report, traffic
from dashboards.boards.layout import Layout

Extra = Callable[[Feed, Layout], list[Panel]]

SPECIAL: Mapping[str, Extra] = {
    traffic.FEED: traffic.panels,
    press.FEED: press.panels,
    platform.FEED: platform.panels,
    report.FEED: report.panels,
}
"""Panels by feed; they come before those of the archive."""
