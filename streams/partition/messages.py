"""The keyed messages of a partition: rejects, and everything that changed since it last emitted."""

from base64 import b64encode
from collections.abc import Iterator
from typing import NamedTuple

import orjson

from contracts.indicators.parts import Parts, encode_parts
from contracts.messages import (
    EMPTY,
    GAUGE,
    MINUTE_S,
    PANE,
    PROGRESS,
    GaugeRow,
    ProgressRow,
    RejectRow,
    iso,
    position,
)
from contracts.settings import Settings
from contracts.settings.worker import MOST_EVENT_BYTES
from streams.panes.fold import PaneKey
from streams.partition.state import Outcome, PartitionState

SAMPLE_BYTES = 1_024
"""Bytes kept of a record larger than any event may be: the whole would not fit into a message."""
LATEST_MS = 4_102_444_799_999
"""End of the year 2099. Producers choose their records' timestamps, even impossible ones."""

STEPS_AN_IDLE_LIMIT = 2
"""The watermark of an idle partition follows the clock; this many steps per idle limit are sent."""
AGAIN_MS = 20_000
"""Progress is sent at least this often: a reader that joins late need not wait for events."""


class Message(NamedTuple):
    """A keyed message; ``upto`` is the position of the last event that it includes."""

    key: str
    value: bytes
    upto: int


def reject_messages(feed: str, generation: int, outcome: Outcome, now_ms: int) -> Iterator[Message]:
    """A message for each refused record."""
    batch, rejected_at = outcome.batch, iso(now_ms)
    for offset, refused in outcome.refused.items():
        row: RejectRow = {
            "feed": feed,
            "topic": batch.topic,
            "generation": generation,
            "partition": batch.partition,
            "offset": offset,
            "reason": refused.refusal.reason,
            "detail": refused.refusal.detail,
            "raw_base64": b64encode(_kept(refused.value or b"")).decode(),
            "published_at": iso(min(max(refused.timestamp, 0), LATEST_MS)),
            "rejected_at": rejected_at,
        }
        key = f"{feed}|{batch.partition}|{offset}"
        yield Message(key, orjson.dumps(row), position(generation, offset))


def _kept(raw: bytes) -> bytes:
    """The bytes of a refused record; only the first ones if no setting could let it pass."""
    return raw if len(raw) <= MOST_EVENT_BYTES else raw[:SAMPLE_BYTES]


def pane_message(feed: str, key: PaneKey, upto: int, parts: bytes, now_ms: int) -> Message:
    """A pane; ``parts`` is the result of ``encode_parts`` as JSON."""
    district, minute = key
    head = orjson.dumps(
        {
            "feed": feed,
            "district": district,
            "pane": iso(minute * MINUTE_S * 1000),
            "version": upto,
            "emitted_at": iso(now_ms),
        }
    )
    return Message(f"{PANE}|{feed}|{district}|{minute}", head[:-1] + b"," + parts[1:], upto)


def gauge_message(
    feed: str, district: str, upto: int, as_of_ms: int, parts: Parts, now_ms: int
) -> Message:
    """The gauges of a district."""
    encoded = encode_parts(parts)
    row: GaugeRow = {
        "feed": feed,
        "district": district,
        "version": upto,
        "as_of_ms": as_of_ms,
        "emitted_at": iso(now_ms),
        "counts": encoded["counts"],
        "histograms": encoded["histograms"],
        "sets": encoded["sets"],
    }
    return Message(f"{GAUGE}|{feed}|{district}", orjson.dumps(row), upto)


def progress_message(
    feed: str,
    generation: int,
    partition: int,
    state: PartitionState,
    watermark_s: float,
    now_ms: int,
) -> Message:
    """The progress of a partition."""
    progress = state.progress
    row: ProgressRow = {
        "feed": feed,
        "generation": generation,
        "partition": partition,
        "version": progress.upto,
        "newest": iso(int(progress.newest_s * 1000)),
        "watermark": iso(int(watermark_s * 1000)),
        "accepted": progress.accepted,
        "rejected": progress.rejected,
        "duplicates": progress.duplicates,
        "late": progress.late,
        "beyond": progress.beyond,
        "known_since": {part: minute * MINUTE_S for part, minute in state.known.since.items()},
        "emitted_at": iso(now_ms),
    }
    return Message(f"{PROGRESS}|{feed}|{partition}", orjson.dumps(row), progress.upto)


def empty_message(feed: str, partition: int) -> Message:
    """Says that a partition is empty: figures of the feed need not wait for it."""
    return Message(f"{EMPTY}|{feed}|{partition}", orjson.dumps({"partition": partition}), 0)


def emission(
    feed: str,
    settings: Settings,
    partition: int,
    state: PartitionState,
    watermark_s: float,
    now_ms: int,
) -> list[Message]:
    """Messages of changed panes and gauges, then of the progress; none if nothing changed.

    In an idle partition only the watermark moves. It is sent no more often than figures need, at
    each minute and each step of the idle limit, because the broker stores every message, and worker
    and sink read it.
    """
    step_s = settings.idle_s / STEPS_AN_IDLE_LIMIT
    watermark = (watermark_s // step_s, watermark_s // MINUTE_S)
    reached = (state.progress.upto, *watermark, now_ms // AGAIN_MS)
    if reached == state.told and not state.panes.has_changed:
        return []
    state.told = reached
    messages = list(_changed(feed, state, watermark_s, now_ms))
    messages.append(
        progress_message(feed, settings.generation, partition, state, watermark_s, now_ms)
    )
    return messages


def _changed(
    feed: str, state: PartitionState, watermark_s: float, now_ms: int
) -> Iterator[Message]:
    for key, (upto, parts) in state.panes.take_changed().items():
        yield pane_message(feed, key, upto, parts, now_ms)
    upto, as_of_ms = state.progress.upto, int(watermark_s * 1000)
    # As of exactly the millisecond in the message: a recount must give the same parts.
    for district, gauge in state.gauges.take_changed(as_of_ms / 1000).items():
        yield gauge_message(feed, district, upto, as_of_ms, gauge, now_ms)
