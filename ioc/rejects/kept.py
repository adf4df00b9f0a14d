"""Reasons in ClickHouse against resending an event: it is archived, or its minute is closed."""

from collections.abc import Sequence

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.messages import MINUTE_S
from contracts.settings import RETRACTION_REACH_H
from contracts.topics import changelog_topic
from ioc.rejects.fitness import Fit
from ioc.rejects.standing import Standing
from sinks.schema.event_table import table_name
from streams.panes.fold import PaneKey, fold

ARCHIVED = """
SELECT DISTINCT toString(event_id) FROM {table}
WHERE district IN %(districts)s AND kind IN %(kinds)s
    AND occurred_at >= fromUnixTimestamp64Milli(%(first_ms)s)
    AND occurred_at <= fromUnixTimestamp64Milli(%(last_ms)s)
    AND event_id IN %(ids)s
"""

PANES = """
SELECT DISTINCT district, intDiv(toUnixTimestamp(pane), 60) AS minute FROM panes
WHERE feed = %(feed)s AND (district, minute) IN %(keys)s
"""

HELD = """
SELECT substring(key, position(key, '|')) AS entry FROM state FINAL
WHERE table_topic = %(topic)s AND NOT deleted AND entry IN %(entries)s
"""
"""Keys of the worker's table are JSON strings: ``"<partition>|pane|<district>|<minute>"``."""


def archived_ids(client: Client, feed: Feed, fits: Sequence[Fit]) -> set[str]:
    """The ids of those events that are archived already."""
    if not fits:
        return set()
    times_ms = [round(fit.time_s * 1000) for fit in fits]
    rows = client.query(
        ARCHIVED.replace("{table}", table_name(feed.name)),
        parameters={
            "districts": tuple({fit.event["district"] for fit in fits}),
            "kinds": tuple({fit.event["kind"] for fit in fits}),
            "ids": tuple(fit.event_id for fit in fits),
            "first_ms": min(times_ms),
            "last_ms": max(times_ms),
        },
    ).result_rows
    return {event_id for (event_id,) in rows}


def closed_minutes(
    client: Client, feed: Feed, standing: Standing, fits: Sequence[Fit]
) -> set[PaneKey]:
    """The panes that these events would change but the worker has dropped because of their age.

    The worker would start such a pane anew, and emit it in place of the whole one. This happens
    after IOC_LATENESS_H was raised beyond the panes kept so far. Panes of the last 24 hours are
    never dropped.
    """
    open_since = standing.feed_newest_ms // 1000 // MINUTE_S - RETRACTION_REACH_H * 60
    keys = tuple(key for fit in fits for key in touched(feed, fit) if key[1] < open_since)
    if not keys:
        return set()
    emitted = client.query(PANES, parameters={"feed": feed.name, "keys": keys}).result_rows
    by_entry = {
        f'|pane|{district}|{minute}"': (str(district), int(minute)) for district, minute in emitted
    }
    if not by_entry:
        return set()
    held = client.query(
        HELD, parameters={"topic": changelog_topic(feed.name), "entries": tuple(by_entry)}
    ).result_rows
    return set(by_entry.values()) - {by_entry[entry] for (entry,) in held}


def touched(feed: Feed, fit: Fit) -> set[PaneKey]:
    """The panes that an event changes."""
    return set(fold(feed, [fit.event], [fit.time_s], []))
