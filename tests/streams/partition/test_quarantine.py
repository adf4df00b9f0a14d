"""A record on which the code fails harms no other, and is refused with its bytes."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from contracts.events.event import Checked
from contracts.indicators.measures import CountIf
from contracts.messages import Reason
from contracts.registry import feed_named
from contracts.settings import load_settings
from streams.kafka.batch import Batch, PartitionBatch
from streams.panes.store import Additions
from streams.partition.accepted import Chunk
from streams.partition.quarantine import worked_apart
from streams.partition.state import Outcome, PartitionState, QuarantineError, RefusedRecord
from streams.verdicts.contract import Checker, Sifted
from streams.verdicts.duplicates import DuplicateFilter
from streams.verdicts.event_time import TimeRules
from streams.verdicts.judge import Judge, Verdicts
from tests.streams import logs
from tests.streams.logs import Record, accepted_events
from tests.streams.partition.test_state import REFERENCE, SETTINGS, Table, store

PRESS = feed_named("press")
BAD = "bad"
RECORDS, WRONG = 30, (3, 4, 17)


def _is_hard(event: Any) -> bool:
    return bool(1 // (event.outlet != BAD))


FEED = replace(PRESS, measures=(*PRESS.measures, CountIf("hard", frozenset(PRESS.kinds), _is_hard)))
"""With a measure of an author who did not think of everything."""


def article(number: int, outlet: str) -> Record:
    id_ = f"00000000-0000-0000-0000-{number:012d}"
    at_ms = logs.START_MS + number * 1_000
    return logs.record("press", "article", at_ms, at_ms, event_id=id_, outlet=outlet)


LOG = [article(n, BAD if n in WRONG else "bao-moi") for n in range(RECORDS)]


def state_over(table: Table, **more: object) -> PartitionState:
    settings = load_settings(**logs.RULES | more) if more else SETTINGS
    return PartitionState(FEED, settings, REFERENCE, dict(table))


def part(first: int, end: int, log: Sequence[Record] = LOG) -> PartitionBatch:
    return logs.batch_of("press", log, first, end)


def apart(
    batch: Batch, table: Table, kind: type[PartitionState] = PartitionState
) -> tuple[PartitionState, Outcome]:
    """As in a worker, the state comes from the stored entries and the earlier log."""

    def blank() -> PartitionState:
        return kind(FEED, SETTINGS, REFERENCE, {})

    async def load() -> PartitionState:
        state = kind(FEED, SETTINGS, REFERENCE, dict(table))
        if state.next_offset:
            state.remember(part(max(0, state.next_offset - logs.WINDOW), state.next_offset))
        return state

    return asyncio.run(worked_apart(batch, load, blank))


@pytest.mark.parametrize("size", [1, 4, 7, RECORDS])
def test_the_others_are_worked_as_if_it_had_not_come(size: int) -> None:
    table: Table = {}
    accepted: list[int] = []
    refused: dict[int, RefusedRecord] = {}
    for first in range(0, RECORDS, size):
        batch = part(first, min(first + size, RECORDS))
        state, outcome = apart(batch, table)
        store(table, outcome.writes)
        accepted += [event["offset"] for event in accepted_events(outcome)]
        refused |= outcome.refused
    assert accepted == [n for n in range(RECORDS) if n not in WRONG]
    assert tuple(refused) == WRONG
    for offset, each in refused.items():
        assert each.refusal.reason is Reason.UNPROCESSABLE
        assert each.refusal.detail.startswith("ZeroDivisionError at partition/test_quarantine.py:")
        assert each.value == LOG[offset].value
    progress = state.progress
    assert (progress.accepted, progress.rejected, progress.unprocessable) == (27, 3, 3)
    whole: Table = {}
    store(whole, state_over({}).apply(part(0, RECORDS), _refusals(refused)).writes)
    assert table == whole


def _refusals(refused: Any) -> Any:
    return {offset: each.refusal for offset, each in refused.items()}


def test_a_batch_that_raises_stays_as_it_was_until_it_is_worked_apart() -> None:
    with pytest.raises(ZeroDivisionError):
        state_over({}).apply(part(0, RECORDS))


class Touchy(PartitionState):
    """Raises for the record at offset 9, but only once others came before it."""

    def _take(self, judgement: Verdicts, partition: int, additions: Additions) -> Any:
        if 9 in judgement.offsets and (self.progress.accepted or len(judgement.offsets) > 1):
            raise LookupError("not after those")
        chunks: Sequence[Chunk] = tuple(super()._take(judgement, partition, additions))
        return chunks


def test_what_raises_only_after_others_is_found_too() -> None:
    _, outcome = apart(part(0, RECORDS), {}, Touchy)
    assert sorted(outcome.refused) == sorted((*WRONG, 9))
    assert outcome.refused[9].refusal.detail.startswith("LookupError at ")
    assert len(accepted_events(outcome)) == RECORDS - 4


class Broken(PartitionState):
    """Raises for what no record is to blame for."""

    def _settle(self, additions: Additions, upto: int) -> Any:  # noqa: ARG002 - as its base has it
        raise MemoryError


def test_what_no_record_is_to_blame_for_is_raised_again() -> None:
    with pytest.raises(MemoryError):
        apart(part(0, RECORDS), {}, Broken)


def test_its_id_is_known_as_reading_the_log_again_makes_it_known() -> None:
    """A repeat of it is a duplicate, whether or not the worker restarts in between."""
    log = [*LOG[:5], LOG[4]]
    table: Table = {}
    _, together = apart(part(0, 6, log), {})
    _, outcome = apart(part(0, 5, log), table)
    store(table, outcome.writes)
    _, later = apart(part(5, 6, log), table)
    for each in (together, later):
        assert each.refused[5].refusal.reason is Reason.DUPLICATE


@pytest.mark.parametrize(("limit", "is_over"), [(3, False), (2, True), (0, True)])
def test_above_the_limit_it_ends_with_a_sentence(limit: int, is_over: bool) -> None:
    state = state_over({}, quarantine_limit=limit)
    _, outcome = apart(part(0, RECORDS), {})
    if not is_over:
        state.apply(part(0, RECORDS), _refusals(outcome.refused))
        return
    sentence = f"ioc.events.press.v1/0, .* 3 records .* more than IOC_QUARANTINE_LIMIT={limit} "
    with pytest.raises(QuarantineError, match=sentence):
        state.apply(part(0, RECORDS), _refusals(outcome.refused))


class TouchyChecker(Checker):
    """Raises in the middle of a check."""

    def sift(
        self,
        keys: Sequence[bytes | None],
        values: Sequence[bytes | None],
        partition: int | None = None,
    ) -> Sifted:
        if any(value and BAD.encode() in value for value in values):
            raise RecursionError
        return super().sift(keys, values, partition)


def judge() -> Judge:
    checker = TouchyChecker(PRESS, REFERENCE.units.codes, 65_536, 1)
    return Judge(checker, TimeRules.of(SETTINGS), DuplicateFilter(SETTINGS), 0)


def test_a_check_that_raises_refuses_only_what_it_raised_for() -> None:
    verdicts = judge().judge(part(0, RECORDS), {})
    assert tuple(verdicts.refused) == WRONG
    assert {each.reason for each in verdicts.refused.values()} == {Reason.UNPROCESSABLE}
    events: Sequence[Checked] = verdicts.events
    assert len(events) == RECORDS - 3
    alone = [judge().judge(part(n, n + 1), {}).refused for n in range(RECORDS)]
    assert [n for n, refused in enumerate(alone) if refused] == [*WRONG]
