"""Computes the figures of a past from an isolated replay, for all of its hours and all units."""

import time
from collections.abc import Iterable, Iterator
from itertools import starmap
from threading import Event

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.messages import IndicatorRow
from contracts.reference.province import load_reference
from contracts.settings import Settings
from ioc.asking.explained import explained
from ioc.replaying.meter import Meter
from sinks import client
from sinks.state.figures import (
    close_progress,
    count_figures,
    events_in_time,
    forget_figures,
    newest_event_ms,
    panes_in_time,
    write_figures,
    write_gauges,
)
from streams.figures.past import Past, PastEvent, PastPane
from streams.figures.rows import Made
from streams.figures.view import upto_of

TITLE = "figures told"


def tell_past(settings: Settings, feed: Feed, meter: Meter, stop: Event) -> bool:
    """Count the figures from the archive and store them; False if ``stop`` came first.

    Workers would emit them at accidental moments, each district up to its own last record. Does
    nothing if the figures of the newest event are stored for every unit.

    Raises:
        UnavailableError: ClickHouse fails, or does not let its user delete earlier figures.
    """
    if stop.is_set():
        return False
    reference = load_reference(settings)
    origin = Made(int(time.time() * 1000), 2 * upto_of(settings.generation, 0))
    past = Past(feed, reference, settings.lateness_h * 3600, origin)
    with explained(settings), client.owner(settings) as owner, client.writer(settings) as writer:
        newest_ms = newest_event_ms(writer, feed)
        if not newest_ms:
            return True
        close_progress(writer, feed, settings.generation, newest_ms)
        if count_figures(writer, feed, newest_ms) == past.figures_at_once:
            return True
        # The last figures of an earlier run were as of its end, which is no full hour.
        forget_figures(owner, feed)
        with client.writer(settings) as panes, client.writer(settings) as events:
            pages = past.figures(
                starmap(PastPane, panes_in_time(panes, feed)),
                starmap(PastEvent, events_in_time(events, feed)),
                newest_ms,
            )
            stored = 0
            with meter.stage(TITLE, None) as reach:
                for count in write_figures(writer, _closing(writer, feed, past, pages, newest_ms)):
                    stored += count
                    reach(stored)
                    if stop.is_set():
                        return False
    return True


def _closing(
    writer: Client,
    feed: Feed,
    past: Past,
    pages: Iterable[list[IndicatorRow]],
    newest_ms: int,
) -> Iterator[list[IndicatorRow]]:
    """The pages; before it gives the last one, it stores the gauges that this page derives from."""
    for page in pages:
        if past.is_over:
            write_gauges(writer, feed, newest_ms, past.told_gauges)
        yield page
