"""Tables with data from files and contracts; replaced as a whole when these change."""

from collections.abc import Iterable, Sequence
from typing import Any

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.indicators.formulas import CountOf, DistinctOf, QuantileOf, RateOf, RatioOf
from contracts.indicators.indicator import Indicator
from contracts.reference.province import Reference
from contracts.reference.targets import Target
from contracts.settings import Settings
from contracts.time.holidays import load_holidays
from sinks.schema.clustering import command
from sinks.small_inserts import add_rows

Row = tuple[Any, ...]
HOLIDAY_YEARS = range(2000, 2100)
"""The years that events may have: recounts take working days from the table."""


def dimension_rows(
    feeds: Iterable[Feed], reference: Reference, targets: Iterable[Target]
) -> dict[str, list[Row]]:
    """The rows that each table must hold, in the order of its columns."""
    feeds = tuple(feeds)
    return {
        "units": [tuple(unit.model_dump().values()) for unit in reference.units],
        "agencies": [tuple(agency.model_dump().values()) for agency in reference.agencies],
        "cameras": [tuple(camera.model_dump().values()) for camera in reference.cameras],
        "platform_systems": [tuple(each.model_dump().values()) for each in reference.platform],
        "feeds": [(feed.name, feed.title, feed.stale_s, feed.hours is not None) for feed in feeds],
        "targets": [tuple(target.model_dump().values()) for target in targets],
        "indicator_catalog": [row for feed in feeds for row in _catalog(feed)],
        "indicator_formulas": [
            (feed.indicator_id(indicator), *_formula(indicator))
            for feed in feeds
            for indicator in feed.indicators
        ],
        "holidays": _holidays(),
    }


def _holidays() -> list[Row]:
    known = load_holidays()
    return [
        (off.day, off.name_vi, off.in_lieu)
        for year in HOLIDAY_YEARS
        for off in known.days_off(year)
    ]


def _formula(indicator: Indicator) -> Row:
    """Formula, numerator, denominator, scale, part, quantile, width."""
    if indicator.is_gauge:
        return _STATE
    match indicator.formula:
        case CountOf(part, scale):
            return ("count", part, "", float(scale), "", 0.0, 0.0)
        case RateOf(part):
            return ("rate", part, "", 1.0, "", 0.0, 0.0)
        case RatioOf(numerator, denominator, scale):
            return ("ratio", numerator, denominator, float(scale), "", 0.0, 0.0)
        case QuantileOf(part, q, width):
            return ("quantile", "", "", 1.0, part, q, width)
        case DistinctOf(part):
            return ("distinct", "", "", 1.0, part, 0.0, 0.0)
        case _:
            return _STATE


_STATE = ("state", "", "", 1.0, "", 0.0, 0.0)
"""The formula row of a figure that does not derive from panes."""


def _catalog(feed: Feed) -> list[Row]:
    return [
        (
            feed.indicator_id(indicator),
            feed.name,
            indicator.title,
            indicator.definition,
            str(indicator.measurement),
            str(indicator.better),
            indicator.threshold.good if indicator.threshold else None,
            indicator.threshold.warn if indicator.threshold else None,
            indicator.decimals,
            indicator.is_gauge,
            list(indicator.horizons_s),
            feed.stale_s,
        )
        for indicator in feed.indicators
    ]


def differs(client: Client, settings: Settings, table: str, rows: Sequence[Row]) -> bool:
    """Whether ``table`` holds others than these."""
    full = f"{settings.clickhouse_database}.{table}"
    held = client.query(f"SELECT * FROM {full}").result_rows  # noqa: S608 - a name of the schema
    return sorted(map(repr, map(tuple, held))) != sorted(map(repr, rows))


def refresh(client: Client, settings: Settings, table: str, rows: Sequence[Row]) -> bool:
    """Make ``table`` hold exactly ``rows``; True if it did not. No reader sees it half filled."""
    full = f"{settings.clickhouse_database}.{table}"
    if not differs(client, settings, table, rows):
        return False
    staging = f"{full}_staging"
    command(client, settings, f"DROP TABLE IF EXISTS {staging}")
    command(client, settings, f"CREATE TABLE {staging} AS {full}")
    add_rows(client, staging, rows)
    command(client, settings, f"EXCHANGE TABLES {staging} AND {full}")
    command(client, settings, f"DROP TABLE {staging}")
    return True
