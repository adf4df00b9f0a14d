"""Entries are forgotten for their age; when that happens must not show in any figure."""

from typing import Any

import pytest

from contracts.indicators.formulas import Span
from contracts.indicators.parts import Parts
from contracts.registry import feed_named
from tests.streams import logs
from tests.streams.logs import Record
from tests.streams.partition.test_state import Table, state_over, store

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def numbered(number: int, feed: str, kind: str, at_ms: int, **fields: Any) -> Record:
    """An event, ``at_ms`` milliseconds after the start, published when it occurred."""
    at_ms += logs.START_MS
    id_ = f"00000000-0000-0000-0000-{number:012d}"
    return logs.record(feed, kind, at_ms, at_ms, event_id=id_, **fields)


def spike_after(log: list[Record], *ends: int) -> float | None:
    """The spike of the district as emitted after the log came in batches with these ends."""
    state = state_over("press", {})
    first = 0
    for end in ends:
        state.apply(logs.batch_of("press", log, first, end))
        first = end
    parts = state.gauges.take_changed(state.watermark_s)["148"]
    (spike,) = (each for each in feed_named("press").indicators if each.name == "spike")
    span = Span(state.watermark_s, state.watermark_s)
    return spike.formula.figure(parts, span).value


@pytest.mark.parametrize("ends", [(7,), (6, 7), (1, 7), (1, 2, 3, 4, 5, 6, 7)])
def test_a_history_reaches_as_far_back_whatever_the_batches(ends: tuple[int, ...]) -> None:
    """One article, then 20 days of silence, then six within ten minutes.

    The first lies more than a fortnight and a day back, so that it is forgotten: no earlier day is
    known, which is no data. Were it remembered, 14 days of 0 would be known, and the spike 6.
    """
    log = [numbered(1, "press", "article", 10 * 60_000)] + [
        numbered(2 + n, "press", "article", 20 * DAY_MS + 60_000 * (10 + n)) for n in range(6)
    ]
    assert spike_after(log, *ends) is None


def test_an_emptied_gauge_is_emitted_even_if_its_items_are_forgotten() -> None:
    """One open was emitted. It closed, and was forgotten when time went on, here in one run of
    batches without an emission between, as when a worker catches up. Then the worker dies: screens
    show one open until the next worker says 0.
    """
    due = {"due_at": logs.iso(logs.START_MS + DAY_MS), "document_id": "doc-1"}
    log = [
        numbered(1, "eoffice", "received", 0, **due),
        numbered(2, "eoffice", "completed", 60_000, **due),
        numbered(3, "eoffice", "issued", 2 * HOUR_MS, document_id="doc-2"),
        numbered(4, "eoffice", "issued", 2 * HOUR_MS, document_id="doc-3"),
    ]
    table: Table = {}
    state = state_over("eoffice", table)
    emitted: dict[str, Parts] = {}
    for offset in range(4):
        store(table, state.apply(logs.batch_of("eoffice", log, offset, offset + 1)).writes)
        if offset == 0:
            emitted |= state.gauges.take_changed(state.watermark_s)
    assert emitted["148"]["open"] == 1
    again = state_over("eoffice", table)
    emitted |= again.gauges.take_changed(again.watermark_s)
    assert emitted["148"]["open"] == 0
