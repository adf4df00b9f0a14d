"""The Kafka topics: their names, partitions and configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.feed import Feed
from contracts.settings import Settings

REJECTS = "ioc.rejects.v1"
PANES = "ioc.panes.v1"
INDICATORS = "ioc.indicators.v1"
CORRECTIONS = "ioc.corrections.v1"
APP = "ioc-worker"


def events_topic(feed: str) -> str:
    """Raw events, one per message, as producers send them; the key is the district."""
    return f"ioc.events.{feed}.v1"


def accepted_topic(feed: str) -> str:
    """Checked events, one batch per message, in the same partition as the raw ones."""
    return f"ioc.accepted.{feed}.v1"


def state_table(feed: str) -> str:
    """The Faust table with a feed's panes and gauges."""
    return f"state_{feed}"


def changelog_topic(feed: str) -> str:
    """The changelog that Faust keeps for that table."""
    return f"{APP}-{state_table(feed)}-changelog"


SEEN = "seen"
"""Prefix of the keys of a state table whose values are not text: packed event ids."""


@dataclass(frozen=True)
class TopicSpec:
    """The required properties of a topic."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MAX_MESSAGE_BYTES = 2_000_000
SEGMENT_BYTES = 64 * 2**20
"""Kafka compacts and deletes whole segments, never the active one. With its default of 1 GiB a
changelog would hardly ever be compacted, and a starting worker would read all of it.
"""
TIMESTAMP_TYPE, APPEND_TIME = "message.timestamp.type", "LogAppendTime"
SEGMENTS_A_RETENTION = 4
"""Segments within one retention: expired records stay too long by at most a quarter of it."""


def topic_specs(settings: Settings, feeds: Sequence[Feed]) -> list[TopicSpec]:
    """All topics of these feeds. Raw and accepted events stay a week, for a late sink or worker.

    The broker stamps raw events, because the clock skew of an event is measured against the stamp,
    and a producer would date its records as wrongly as its events. It stamps panes too, because
    workers take the time from the stamps in its confirmations.
    """
    week = _deleted_after(7 * DAY_MS)
    pane_ms = int(settings.pane_retention_h * HOUR_MS)
    topics = {
        REJECTS: week,
        PANES: _deleted_after(pane_ms)
        | _COMPACTED
        | {"cleanup.policy": "compact,delete", TIMESTAMP_TYPE: APPEND_TIME},
        INDICATORS: _deleted_after(DAY_MS),
        CORRECTIONS: week,
    }
    for feed in feeds:
        topics[events_topic(feed.name)] = week | {TIMESTAMP_TYPE: APPEND_TIME}
        topics[accepted_topic(feed.name)] = week
        topics[changelog_topic(feed.name)] = _COMPACTED
    every = {
        "max.message.bytes": str(MAX_MESSAGE_BYTES),
        "min.insync.replicas": str(settings.min_insync_replicas),
    }
    return [
        TopicSpec(name, settings.kafka_partitions, settings.kafka_replication, config | every)
        for name, config in topics.items()
    ]


_COMPACTED = {"cleanup.policy": "compact", "segment.bytes": str(SEGMENT_BYTES)}


def _deleted_after(retention_ms: int) -> dict[str, str]:
    return {
        "cleanup.policy": "delete",
        "retention.ms": str(retention_ms),
        "segment.ms": str(retention_ms // SEGMENTS_A_RETENTION),
    }
