"""All routes of the sink."""

from collections.abc import Iterable
from functools import partial

from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import INDICATORS, PANES, REJECTS, accepted_topic, changelog_topic
from sinks.bodies import array_rows, arrays, one_row, panes, rejects, state
from sinks.event_table import table_name
from sinks.route import Route

POLL_ARRAYS = 50
POLL_OBJECTS = 5_000
FIGURES_PATIENCE = 0.4
"""The figures of a feed come together, and every few seconds: there is little to wait for."""
SCREEN_WAIT_MS, RECORD_WAIT_MS = 200, 1_000
"""For what screens show, and for what only a restore or a person's question reads.

Each fetch costs the sink 2 ms of CPU, events or none. Apache Kafka answers as soon as there is a
message; Tansu looks twice in a wait, so a message may be late by half of it.
"""


def routes(settings: Settings, feeds: Iterable[Feed]) -> list[Route]:
    """One route an archive table and changelog of a feed, and one each for what feeds share."""
    return [
        *(route for feed in feeds for route in _of_feed(settings, feed.name)),
        Route("rejects", REJECTS, rejects, one_row, POLL_OBJECTS, RECORD_WAIT_MS),
        Route("panes", PANES, panes, one_row, POLL_OBJECTS, SCREEN_WAIT_MS),
        Route(
            "indicators",
            INDICATORS,
            partial(arrays, "indicators"),
            array_rows,
            POLL_ARRAYS,
            SCREEN_WAIT_MS,
            FIGURES_PATIENCE,
        ),
    ]


def _of_feed(settings: Settings, feed: str) -> list[Route]:
    build_state = partial(state, settings.generation)
    build_archive = partial(arrays, table_name(feed))
    return [
        Route(
            f"events-{feed}",
            accepted_topic(feed),
            build_archive,
            array_rows,
            POLL_ARRAYS,
            SCREEN_WAIT_MS,
        ),
        Route(
            f"state-{feed}",
            changelog_topic(feed),
            build_state,
            one_row,
            POLL_OBJECTS,
            RECORD_WAIT_MS,
        ),
    ]
