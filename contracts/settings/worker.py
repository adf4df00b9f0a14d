"""Settings of the workers: event time, verdicts, state."""

from pydantic import Field
from pydantic_settings import BaseSettings

from contracts.settings.ranges import Hours, Seconds, Share

MOST_EVENT_BYTES = 900_000
"""A larger event would not fit into its accepted message, or in Base64 into its reject."""


class WorkerSettings(BaseSettings):
    """How workers judge events, and how far back they remember."""

    emit_interval_s: Seconds = Field(2, description="seconds between two emissions of indicators")
    figures: bool = Field(
        True,
        description="whether workers emit figures; `ioc replay --into` counts those of its past",
    )
    disorder_s: Seconds = Field(
        5, description="seconds that the watermark stays behind the newest event of a partition"
    )
    idle_s: Seconds = Field(
        20, description="seconds of silence after which a partition's watermark follows the clock"
    )
    laggard_s: Seconds = Field(
        300,
        description="seconds that a partition may be behind the others of its feed; one that is "
        "further behind, for longer than that, no longer holds their figures back, and the quality "
        "screen and `ioc status` name it",
    )
    clock_skew_s: Seconds = Field(
        60, description="seconds that an event may lie ahead of the moment it was published"
    )
    lateness_h: Hours = Field(
        24,
        description="hours behind the newest event of its unit after which an event is too late "
        "for panes: it is archived and counts in gauges",
    )
    pane_retention_h: Hours = Field(
        49, description="hours behind the newest event of a unit that the worker keeps its panes"
    )
    worker_standbys: int = Field(
        0, ge=0, le=3, description="further workers that keep a copy of each partition's state"
    )
    recovery_deadline_s: Seconds = Field(
        300, description="seconds within which a worker's state must come back from its changelogs"
    )
    duplicate_window: int = Field(
        20_000,
        ge=2,
        le=10_000_000,
        description="records of a partition within which a repeated event_id is a duplicate, "
        "whatever the event's time; they are read back when a worker starts",
    )
    duplicate_ids: int = Field(
        20_000_000,
        ge=100_000,
        le=1_000_000_000,
        description="event ids that a partition remembers at most beyond that window, for "
        "IOC_LATENESS_H, with 14 bytes each",
    )
    reject_limit: Share = Field(
        0.05, description="share of a feed's events of the last hour above which status turns red"
    )
    quarantine_limit: int = Field(
        1_000,
        ge=0,
        description="records of a partition that may be unprocessable, plus one per thousand "
        "accepted ones; with more, single records can't be at fault, and the worker ends",
    )
    max_event_bytes: int = Field(
        65_536,
        ge=256,
        le=MOST_EVENT_BYTES,
        description="bytes of the largest event that is accepted",
    )
