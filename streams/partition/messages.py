"""The keyed messages of a partition: rejects, and all that changed since it last emitted."""

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
from contracts.settings import MOST_EVENT_BYTES, Settings
from streams.panes.fold import PaneKey
from streams.partition.state import Outcome, PartitionState

SAMPLE_BYTES = 1_024
"""Kept of a record that is larger than any event may be: all of it would fit no message."""
LATEST_MS = 4_102_444_799_999
"""End of the year 2099. Producers choose their records' timestamps, also impossible ones."""

STEPS_AN_IDLE_LIMIT = 2
"""While nothing comes, the watermark follows the clock, and is told in so large steps."""
AGAIN_MS = 20_000
"""How often the progress is told in any case: a reader that came late need not wait for events."""


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
    """The bytes of a refused record, or their beginning where no setting could let it pass."""
    return raw if len(raw) <= MOST_EVENT_BYTES else raw[:SAMPLE_BYTES]


def pane_message(feed: str, key: PaneKey, upto: int, parts: bytes, now_ms: int) -> Message:
    """A pane; ``parts`` is the JSON object that ``encode_parts`` stands for."""
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
    """How far a partition has been worked through."""
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
    """A partition in which nothing has come yet: figures of the feed need not wait for it."""
    return Message(f"{EMPTY}|{feed}|{partition}", orjson.dumps({"partition": partition}), 0)


def emission(
    feed: str,
    settings: Settings,
    partition: int,
    state: PartitionState,
    watermark_s: float,
    now_ms: int,
) -> list[Message]:
    """Messages of panes and gauges that changed, then of the progress; none if nothing moved.

    Of a partition in which nothing comes, only the watermark moves. It is told as often as the
    figures of its feed need it: at each minute, and so that they seem but little older than they
    are. Everything told here is kept by the broker, and read by worker and sink.
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
    # As of the very millisecond that is told: a recount must come to the same.
    for district, gauge in state.gauges.take_changed(as_of_ms / 1000).items():
        yield gauge_message(feed, district, upto, as_of_ms, gauge, now_ms)
