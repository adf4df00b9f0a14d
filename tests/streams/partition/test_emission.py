"""A partition emits every change once, and without events only the passing of time."""

from contracts.indicators.parts import Parts
from streams.partition.messages import Message, emission
from streams.partition.state import PartitionState
from tests.streams import logs
from tests.streams.partition.test_restarts import document
from tests.streams.partition.test_state import SETTINGS, Table, state_over, store

PANE = f"pane|eoffice|148|{logs.START_MS // 60_000}"
GAUGE, PROGRESS = "gauge|eoffice|148", "progress|eoffice|0"
START_S = logs.START_MS / 1000
IDLE_S = SETTINGS.idle_s


def told(state: PartitionState, after_s: float, now_ms: int = logs.START_MS) -> list[Message]:
    """Its messages when the watermark is ``after_s`` seconds after the start."""
    return emission("eoffice", SETTINGS, 0, state, START_S + after_s, now_ms)


def keys(messages: list[Message]) -> list[str]:
    return [message.key for message in messages]


def worked_once() -> PartitionState:
    table: Table = {}
    state = state_over("eoffice", table)
    log = [document(1, "received", 0), document(2, "received", 1_000, "doc-2")]
    store(table, state.apply(logs.batch_of("eoffice", log, 0, 1)).writes)
    store(table, state.apply(logs.batch_of("eoffice", log, 1, 2)).writes)
    return state


def test_all_that_changed_is_told_and_the_progress_last() -> None:
    assert keys(told(worked_once(), 1)) == [PANE, GAUGE, PROGRESS]


def test_what_did_not_change_is_not_told_again() -> None:
    """Not even the progress, whose clock and watermark have moved on by less than a step."""
    state = worked_once()
    assert told(state, 1)
    for second in range(2, int(IDLE_S / 2)):
        assert told(state, second, logs.START_MS + 1_000 * second) == []


def test_an_event_is_told_at_once() -> None:
    """Also one that changes no figure: counts of accepted and refused events are read too."""
    state = worked_once()
    assert told(state, 1)
    again = [document(n, "received", 0) for n in (7, 8, 1)]
    state.apply(logs.batch_of("eoffice", again, 2, 3))
    assert keys(told(state, 1)) == [PROGRESS]


def test_a_silent_partition_tells_its_watermark_twice_in_the_idle_limit() -> None:
    state = worked_once()
    assert told(state, 1)
    at = [second for second in range(2, 121) if told(state, second)]
    assert at == [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]


def test_the_minute_is_told_whatever_the_idle_limit() -> None:
    rare = SETTINGS.model_copy(update={"idle_s": 1_000})
    state = worked_once()
    at = [
        second
        for second in range(130)
        if emission("eoffice", rare, 0, state, START_S + second, logs.START_MS)
    ]
    assert {60, 120} <= set(at)
    assert len(at) <= 4


def test_a_gauge_that_follows_the_clock_is_told_while_nothing_comes() -> None:
    """Documents due after 90 hours are overdue then, without an event."""
    state = worked_once()
    assert told(state, 1)
    assert keys(told(state, 90 * 3600 - 1)) == [GAUGE, PROGRESS]  # once an hour in any case
    assert keys(told(state, 90 * 3600 + 10)) == [GAUGE, PROGRESS]
    assert keys(told(state, 90 * 3600 + 20)) == [PROGRESS]


def test_a_correction_is_told_though_it_moves_no_position() -> None:
    state = worked_once()
    (pane, _, _) = told(state, 1)
    parts: Parts = {"events": 7}
    key = ("148", logs.START_MS // 60_000)
    assert state.panes.correct(key, pane.upto, parts, state.progress.upto)
    assert keys(told(state, 1)) == [PANE, PROGRESS]
