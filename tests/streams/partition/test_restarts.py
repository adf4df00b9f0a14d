"""Cases in which a restart, a batch border or the order of events must not matter."""

from typing import Any

import pytest

from contracts.indicators.parts import Parts
from contracts.settings import load_settings
from streams.verdicts.event_time import TimeRules
from tests.streams import logs
from tests.streams.logs import Record
from tests.streams.partition.test_state import SETTINGS, Table, panes_of, state_over, store

HOUR_MS = 3_600_000
NOTHING_OPEN: dict[str, Any] = {"open": 0, "overdue": 0} | {f"overdue_{n}": 0 for n in range(5)}


def document(number: int, kind: str, at_ms: int, item: str = "doc-1", **fields: Any) -> Record:
    """A document event, ``at_ms`` milliseconds after the start, published when it occurred."""
    at_ms += logs.START_MS
    fields = {"received_at": logs.iso(logs.START_MS), "document_id": item} | fields
    if kind in ("received", "completed"):
        fields.setdefault("due_at", logs.iso(logs.START_MS + 90 * HOUR_MS))
    id_ = f"00000000-0000-0000-0000-{number:012d}"
    published_ms = fields.pop("published_ms", at_ms)
    return logs.record("eoffice", kind, at_ms, published_ms, event_id=id_, **fields)


def worked(log: list[Record], *ends: int) -> Table:
    """The table after the log came in batches that end before these offsets."""
    table: Table = {}
    state = state_over("eoffice", table)
    first = 0
    for end in ends:
        store(table, state.apply(logs.batch_of("eoffice", log, first, end)).writes)
        first = end
    return table


def gauges(table: Table) -> dict[str, Parts]:
    state = state_over("eoffice", table)
    return state.gauges.take_changed(state.watermark_s)


def test_a_closed_item_stays_closed_when_the_batch_that_forgets_it_is_worked_again() -> None:
    """Retention is 1 h. Its closing (at 0:50) came in one batch; the next batch holds its opening,
    late (at 0:00, less than 1 h behind), and an event at 1:51, by which it is forgotten. The worker
    dies when all but the progress is stored. Closed is what it is, before and after.
    """
    log = [
        document(1, "completed", 50 * 60_000),
        document(2, "received", 0, published_ms=logs.START_MS + 51 * 60_000),
        document(3, "issued", 111 * 60_000, "doc-2"),
    ]
    table = worked(log, 1)
    writes = state_over("eoffice", table).apply(logs.batch_of("eoffice", log, 1, 3)).writes
    store(table, writes, len(writes) - 1)
    again = state_over("eoffice", table)
    assert again.next_offset == 1
    store(table, again.apply(logs.batch_of("eoffice", log, 1, 3)).writes)
    assert gauges(table).get("148", NOTHING_OPEN) == NOTHING_OPEN


def test_an_emptied_gauge_is_emitted_after_a_restart() -> None:
    """One open was emitted; it closed; the worker died before it emitted that: screens show 1."""
    log = [document(1, "received", 0), document(2, "completed", 60_000)]
    assert gauges(worked(log, 1)) == {"148": NOTHING_OPEN | {"open": 1}}
    assert gauges(worked(log, 1, 2)) == {"148": NOTHING_OPEN}


def test_an_item_opened_and_closed_leaves_a_true_zero_whatever_the_batches() -> None:
    """Something was heard of the district, so that its gauge is 0 and not "no data"."""
    log = [document(1, "received", 0), document(2, "completed", 60_000)]
    for ends in ((2,), (1, 2)):
        state = state_over("eoffice", {})
        first = 0
        for end in ends:
            state.apply(logs.batch_of("eoffice", log, first, end))
            first = end
        assert state.gauges.take_changed(state.watermark_s) == {"148": NOTHING_OPEN}, ends


@pytest.mark.parametrize(
    ("earlier", "later"),
    [({"urgency": 1}, {"urgency": 3}), ({"district": "148"}, {"district": "150"})],
)
def test_two_openings_that_differ_give_one_gauge_in_either_order(
    earlier: dict[str, Any], later: dict[str, Any]
) -> None:
    """A document registered again with another urgency, or by another district."""
    due = {"due_at": logs.iso(logs.START_MS)}
    first = document(1, "received", 60_000, **earlier, **due)
    second = document(2, "received", 120_000, **later, **due)
    clock = document(3, "issued", 600_000, "doc-2")
    one, other = (
        {
            district: parts
            for district, parts in gauges(worked([*order, clock], 3)).items()
            if parts["open"]
        }
        for order in ((first, second), (second, first))
    )
    assert one == other


def test_panes_outlive_retractions_when_hours_are_no_whole_minutes() -> None:
    """24.008 h late at most, so 48.008 h (2 days and 28.8 s) of panes are just enough.

    A document came in at 0:00:59, in minute 0. Events of 48 h and 21 s later lie in minute
    2881 (172,800 s + 59 s + 21 s = 2881 × 60 s + 20 s). Then the revocation comes, of 24 h after
    the document, so 24 h and 21 s behind, less than the 24 h and 28.8 s that are allowed. It takes
    the document back from minute 0: 1 received - 1 = 0, and not -1.
    """
    settings = load_settings(**logs.RULES | {"lateness_h": 24.008, "pane_retention_h": 48.008})
    came_ms = 59_000
    day_ms = 24 * HOUR_MS
    came = logs.iso(logs.START_MS + came_ms)
    log = [
        document(1, "received", came_ms, received_at=came),
        document(2, "issued", came_ms + 2 * day_ms + 21_000, "doc-2"),
        document(3, "issued", came_ms + 2 * day_ms + 21_000, "doc-3"),
        document(
            4,
            "revoked",
            came_ms + day_ms,
            direction="incoming",
            received_at=came,
            published_ms=logs.START_MS + 3 * day_ms,
        ),
    ]
    table: Table = {}
    state = state_over("eoffice", table, settings)
    for offset in range(4):
        outcome = state.apply(logs.batch_of("eoffice", log, offset, offset + 1))
        assert len(outcome.accepted) == 1
        store(table, outcome.writes)
        state.panes.take_changed()
    pane = panes_of(table)["148", logs.START_MS // 60_000]
    assert (pane["received"], pane["registered"]) == (0, 0)


def test_an_event_at_the_skew_gets_one_verdict_whatever_is_beside_it() -> None:
    """59.9 s ahead are allowed, and it is 59.9 s ahead: 1795951195.343 + 59.9 = 1795951255.243."""
    rules = TimeRules(disorder_s=5, lateness_s=3600, skew_s=59.9)
    event_s, record_ms = 1795951255.243, 1795951195343
    alone = set(rules.too_far_ahead([event_s], [record_ms]))
    beside = set(rules.too_far_ahead([event_s, event_s + 999], [record_ms, record_ms]))
    assert alone == set()
    assert beside == {1}


@pytest.mark.parametrize("split", [(3,), (2, 3), (1, 2, 3)])
def test_an_id_that_comes_back_with_another_time_moves_no_clock(split: tuple[int, ...]) -> None:
    """The repeat, 5 h on, is refused, so that what follows is measured against the first."""
    moved = document(1, "received", 5 * HOUR_MS)
    log = [document(1, "received", 0), moved, document(2, "issued", 60_000, "doc-2")]
    state = state_over("eoffice", {}, SETTINGS)
    first = 0
    for end in split:
        state.apply(logs.batch_of("eoffice", log, first, end))
        first = end
    assert (state.progress.accepted, state.progress.duplicates, state.progress.rejected) == (
        2,
        1,
        0,
    )
