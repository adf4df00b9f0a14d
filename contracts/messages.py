"""The messages on the topics between workers and sinks. Values are JSON; keys are text.

=================  ==================================  ===========================================
topic              key                                 value
=================  ==================================  ===========================================
accepted (a feed)  none; partition of the raw events   array of events with ADDED_FIELDS
rejects            ``<feed>|<partition>|<offset>``     one RejectRow
panes              ``pane|<feed>|<district>|<minute>`` one PaneRow
panes              ``gauge|<feed>|<district>``         one GaugeRow
panes              ``progress|<feed>|<partition>``     one ProgressRow
indicators         ``<feed>``                          array of IndicatorRow
corrections        district code, as events have it    a CorrectionRow or GaugeCorrectionRow
=================  ==================================  ===========================================

All messages of a feed on the panes topic share one partition, so that one worker merges the
province. A row repeats safely: it is absolute, and its ``version`` orders it among its repeats.
"""

from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeAlias, final
from zlib import crc32

from typing_extensions import TypedDict

ADDED_FIELDS = ("generation", "partition", "offset", "late", "beyond")
"""The position of a raw event in the Kafka log, whether it was late, and (for late events only)
whether it came so late that it is in no pane."""

UPTO_HEADER = "upto"
"""Header of records that replace earlier ones (changelog, panes): the position of the last event
that the value includes. A suspended worker may still write after its successor took over, so the
record with the greatest position counts, not the last one.
"""

ROWS_HEADER = "n"
"""Header of messages that hold an array: the number of its elements."""

PANE, GAUGE, PROGRESS, EMPTY = "pane", "gauge", "progress", "empty"
OFFSET_BITS = 40
MINUTE_S = 60
HOUR_MS = 3_600_000


class Reason(StrEnum):
    """Why an event was not accepted."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNKNOWN_UNIT = "unknown_unit"
    TOO_LATE = "too_late"
    TOO_FAR_AHEAD = "too_far_ahead"
    WRONG_PARTITION = "wrong_partition"
    DUPLICATE = "duplicate"
    UNPROCESSABLE = "unprocessable"


class RejectRow(TypedDict):
    """A refused event with its bytes."""

    feed: str
    topic: str
    generation: int
    partition: int
    offset: int
    reason: str
    detail: str
    raw_base64: str
    published_at: str
    rejected_at: str


class PaneRow(TypedDict):
    """The absolute state of one minute of one district; parts as ``encode_parts`` writes them."""

    feed: str
    district: str
    pane: str
    version: int
    counts: dict[str, int]
    histograms: dict[str, dict[str, int]]
    sets: dict[str, list[str]]
    emitted_at: str


@final
class CorrectionRow(TypedDict):
    """A pane's recount; valid only for version ``seen`` of the pane (0: there is no pane).

    The key is the district's code, so the message reaches the worker that owns the pane.
    """

    feed: str
    district: str
    pane: str
    seen: int
    counts: dict[str, int]
    histograms: dict[str, dict[str, int]]
    sets: dict[str, list[str]]


@final
class GaugeCorrectionRow(TypedDict):
    """The recount of some items of a district's gauge.

    ``gauge`` is the gauge's key. Each of ``items`` is [item, held value, recounted value], where
    null stands for no value. An item whose value is no longer the held one is left unchanged.
    """

    feed: str
    district: str
    gauge: str
    items: list[tuple[str, Any, Any]]


@final
class LearntRow(TypedDict):
    """Says that panes from a minute on (since 1970) now know these parts, after a recount."""

    feed: str
    learnt: list[str]
    since_minute: int


Correction: TypeAlias = CorrectionRow | GaugeCorrectionRow | LearntRow


class GaugeRow(TypedDict):
    """The gauges of one district as of its partition's watermark (``as_of_ms``, since 1970)."""

    feed: str
    district: str
    version: int
    as_of_ms: int
    emitted_at: str
    counts: dict[str, int]
    histograms: dict[str, dict[str, int]]
    sets: dict[str, list[str]]


class ProgressRow(TypedDict):
    """How far a partition has been processed; counts start at the beginning of the log.

    ``known_since`` maps each part that older panes do not know to the time (s since 1970) from
    which on panes know it.
    """

    feed: str
    generation: int
    partition: int
    version: int
    newest: str
    watermark: str
    accepted: int
    rejected: int
    duplicates: int
    late: int
    beyond: int
    known_since: dict[str, int]
    emitted_at: str


class IndicatorRow(TypedDict):
    """A figure of a district (or the province) over a horizon that ends with a pane."""

    indicator: str
    district: str
    horizon_s: int
    window_end: str
    as_of: str
    value: float | None
    numerator: float | None
    denominator: float | None
    computed_at: str
    version: int


def position(generation: int, offset: int) -> int:
    """Position of a log entry that grows even when a broker forgets its log. Used as version."""
    return (generation << OFFSET_BITS) | offset


def iso(ms: int) -> str:
    """ISO 8601 in UTC with milliseconds, from milliseconds since 1970."""
    hour, rest = divmod(ms, HOUR_MS)
    minute, rest = divmod(rest, 60_000)
    return f"{_hour(hour)}:{minute:02d}:{rest // 1000:02d}.{rest % 1000:03d}Z"


@lru_cache(maxsize=8_192)
def _hour(hour: int) -> str:
    """The text of an hour (since 1970), cached because formatting dates is expensive."""
    return f"{datetime.fromtimestamp(hour * 3600, UTC):%Y-%m-%dT%H}"


def parse_iso(text: str) -> int:
    """Milliseconds since 1970, from what ``iso`` wrote."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def feed_partition(feed: str, partitions: int) -> int:
    """The partition of the panes topic that holds all messages of a feed."""
    return crc32(feed.encode()) % partitions
