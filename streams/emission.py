"""What a partition tells of itself: all that has changed since it last told anything."""

from collections.abc import Iterator

from contracts.messages import MINUTE_S
from contracts.settings import Settings
from streams.partition_state import PartitionState
from streams.rows import Message, gauge_message, pane_message, progress_message

STEPS_AN_IDLE_LIMIT = 2
"""While nothing comes, the watermark follows the clock, and is told in so large steps."""


AGAIN_MS = 20_000
"""How often the progress is told in any case: a reader that came late need not wait for events."""


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
    for key, (version, parts) in state.panes.take_changed().items():
        yield pane_message(feed, key, version, parts, now_ms)
    upto, as_of_ms = state.progress.upto, int(watermark_s * 1000)
    for district, gauge in state.gauges.take_changed(watermark_s).items():
        yield gauge_message(feed, district, upto, as_of_ms, gauge)
