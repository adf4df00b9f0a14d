"""Builds corrections for the items of wrong gauges, to send to the workers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.indicators.gauge_keys import key_of
from contracts.indicators.gauges import (
    Gauge,
    HourlyHistory,
    LatestFigures,
    LatestStates,
    LatestTotals,
    OpenItems,
    Presence,
    Reporting,
    Silence,
)
from contracts.messages import GaugeCorrectionRow
from contracts.reference.province import Reference
from contracts.topics import changelog_topic
from sinks.audit.gauges import Told, recount
from sinks.audit.statement import rows

ITEMS_A_MESSAGE = 1_000

Items = dict[str, Any]
"""Item -> its value, in the form in which workers store it."""


def gauge_corrections(
    client: Client, feed: Feed, reference: Reference, told: Told, districts: Iterable[str]
) -> Iterator[GaugeCorrectionRow]:
    """Corrections for items of these districts whose value differs from their recount.

    The workers' values are read from the mirror of their state. Raises ClickHouseError.
    """
    wanted = frozenset(districts)
    for gauge in feed.gauges:
        kept = _kept(client, feed, gauge, wanted)
        right = _recounted(client, feed, gauge, reference, told, wanted)
        for district in sorted(wanted):
            items = _differing(gauge, kept[district], right[district])
            for first in range(0, len(items), ITEMS_A_MESSAGE):
                yield {
                    "feed": feed.name,
                    "district": district,
                    "gauge": key_of(gauge),
                    "items": items[first : first + ITEMS_A_MESSAGE],
                }


def _differing(gauge: Gauge, kept: Items, right: Items) -> list[tuple[str, Any, Any]]:
    return [
        (item, kept.get(item), right.get(item))
        for item in sorted(kept.keys() | right.keys())
        if _told(gauge, kept.get(item)) != _told(gauge, right.get(item))
    ]


def _told(gauge: Gauge, value: Any) -> Any:
    """The part of an item's value that affects figures.

    Closed items count as absent, because workers drop them after a while.
    """
    if not isinstance(gauge, OpenItems):
        return value
    return value[:-1] if _is_open(value) else None


def _is_open(item: Sequence[Any] | None) -> bool:
    """Whether an item exists and is open."""
    return item is not None and item[1] > item[2]


def _kept(client: Client, feed: Feed, gauge: Gauge, wanted: frozenset[str]) -> Mapping[str, Items]:
    found: dict[str, Items] = defaultdict(dict)
    values = {"gauge": key_of(gauge), "changelog": changelog_topic(feed.name)}
    for name, value in rows(client, "kept_gauge", feed.name, None, **values):
        held = orjson.loads(value)
        if not isinstance(gauge, OpenItems):
            if name in wanted:
                found[name] = _items(gauge, held)
        elif not name.startswith("@") and held[0] in wanted:
            found[held[0]][name] = held
    return found


def _items(gauge: Gauge, held: Any) -> Items:
    """The items in the entry of a district."""
    match gauge:
        case HourlyHistory():
            return dict(held["hours"])
        case LatestFigures():
            return {
                f"{series}#{month}": said
                for series, by_month in held.items()
                for month, said in by_month.items()
            }
        case Presence() | Silence() | Reporting() | LatestStates() | LatestTotals() | OpenItems():
            return dict(held)


def _recounted(
    client: Client,
    feed: Feed,
    gauge: Gauge,
    reference: Reference,
    told: Told,
    wanted: frozenset[str],
) -> Mapping[str, Items]:
    found: dict[str, Items] = defaultdict(dict)
    for row in recount(client, feed, gauge, reference, told, facts=True):
        district, item, value = _fact(gauge, row)
        if district in wanted:
            found[district][item] = value
    return found


def _fact(gauge: Gauge, row: Sequence[Any]) -> tuple[str, str, Any]:
    """District, item and value of a row of facts; see ``recount/gauges/facts``."""
    match gauge:
        case OpenItems():
            _, district, item, opened, by, closed, _, due_at, due, latest = row
            return district, item, [district, opened, closed, due, due_at, by, latest]
        case LatestFigures():
            district, _, _, item, (vintage, at_ms, *rest) = row
            return district, item, [vintage, at_ms / 1000, *rest]
        case HourlyHistory():
            district, _, item, counted = row
            return district, item, counted
        case LatestStates() | LatestTotals():
            district, item, _, at_ms, said = row
            return district, item, [at_ms / 1000, said]
        case Presence() | Silence() | Reporting():
            district, item, at_ms = row
            return district, item, at_ms / 1000
