"""All routes of the sink."""

from collections.abc import Sequence
from functools import partial

from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import INDICATORS, PANES, REJECTS, accepted_topic, changelog_topic
from sinks.consuming.bodies import array_rows, arrays, one_row, panes, rejects, state
from sinks.consuming.route import Group, Route
from sinks.schema.event_table import table_name

EVENTS = Group("events", fetch_wait_ms=200)
FIGURES = Group("figures", fetch_wait_ms=200)
RECORDS = Group("records", fetch_wait_ms=1_000)
"""Three groups: events, data that screens show, and data read only by a restore or a query.

Each fetch costs the sink 2 ms of CPU, even without events. Apache Kafka answers as soon as there is
a message. Tansu looks twice per wait, so a message may be late by half of it.
"""
FIGURES_PATIENCE = 0.4
"""The figures of a feed come together every few seconds, so waiting for more gains little."""

PANES_PATIENCE = 4.0
"""Each insert of panes makes hours, days and the figures of all their periods again: that costs the
same for one pane as for some hundreds."""


def routes(settings: Settings, feeds: Sequence[Feed]) -> list[Route]:
    """One route per archive table, and one per table that all feeds share."""
    changelogs = tuple(changelog_topic(feed.name) for feed in feeds)
    build_state = partial(state, settings.generation)
    build_figures = partial(arrays, "indicators")
    return [
        *(_archive(feed.name) for feed in feeds),
        Route("state", RECORDS, changelogs, build_state, one_row),
        Route("rejects", RECORDS, (REJECTS,), rejects, one_row),
        Route("panes", FIGURES, (PANES,), panes, one_row, patience=PANES_PATIENCE),
        Route(
            "indicators",
            FIGURES,
            (INDICATORS,),
            build_figures,
            array_rows,
            patience=FIGURES_PATIENCE,
            patience_for_few=FIGURES_PATIENCE,
        ),
    ]


def _archive(feed: str) -> Route:
    build = partial(arrays, table_name(feed))
    return Route(f"events-{feed}", EVENTS, (accepted_topic(feed),), build, array_rows)
