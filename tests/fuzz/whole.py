"""Runs whole logs as bytes through what worker and sink read them with, and compares."""

from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random

from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import READ_COMMITTED, PartitionRecords

from contracts.feed import Feed
from contracts.messages import Reason
from contracts.reference.province import Reference
from contracts.settings import Settings
from contracts.wire.batches import head_of
from sinks.kafka_records import AnyRecords, fault_of
from streams.kafka.batch import FetchedBatch
from streams.kafka.internals import FetchedRecords, _batch
from streams.partition.state import Outcome, PartitionState
from tests.fuzz.cases import Case
from tests.fuzz.harness import Report, batch_of
from tests.fuzz.logs import Log, Stretch
from tests.streams.logs import START_MS, accepted_events

AT_ONCE = (1, 1, 2, 5, 9)
"""Record batches of a fetch."""
PARTITION = 0
SPAN = 100
"""Record batches after which a new partition begins, so that memory stays small."""
NONE: tuple[Case, ...] = ()


class WholeLogs:
    """One feed under test."""

    def __init__(self, feed: Feed, settings: Settings, reference: Reference, seed: int) -> None:
        self._feed, self._reference, self._seed = feed, reference, seed
        self._settings = settings.model_copy(update={"quarantine_limit": 10**9})
        self._random = Random(seed)
        self._log = TopicPartition(f"ioc.events.{feed.name}.v1", PARTITION)
        self._districts = tuple(sorted(unit.code for unit in reference.units.districts))[:3]

    def run(self, count: int, report: Report) -> None:
        """Try at least ``count`` records."""
        span = 0
        tried = report.cases
        while report.cases - tried < count:
            log = Log(self._feed.name, self._seed * 7_919 + span, START_MS, self._districts)
            self._span(list(islice(log, SPAN)), report)
            span += 1

    def _span(self, stretches: Sequence[Stretch], report: Report) -> None:
        fetched, halved, known = self._state(), self._state(), self._state()
        verdicts = _verdicts(
            [fetched.apply(batch) for batch in self._fetches(stretches, self._random)]
        )
        again = _verdicts(
            [
                halved.apply(part)
                for stretch in stretches
                for batch in self._fetches([stretch], None)
                for part in _halves(batch, self._random)
            ]
        )
        if verdicts != again:
            report.find(f"{_first_difference(verdicts, again)} by how it is cut", self._feed, NONE)
        self._compare(known, stretches, verdicts, report)
        self._sink(stretches, report)

    def _state(self) -> PartitionState:
        return PartitionState(self._feed, self._settings, self._reference, {})

    def _fetches(
        self, stretches: Sequence[Stretch], random: Random | None
    ) -> Iterator[FetchedBatch]:
        at = 0
        while at < len(stretches):
            part = stretches[at : at + (random.choice(AT_ONCE) if random else 1)]
            at += len(part)
            raw = b"".join(each.raw for each in part)
            aborted = list(dict.fromkeys(each.aborts for each in part if each.aborts))
            fetched = PartitionRecords(
                *(self._log, FetchedRecords(raw), aborted, part[0].first),
                *(None, None, True, READ_COMMITTED),
            )
            batch = _batch(self._log, fetched)
            assert batch is not None
            assert (batch.first_offset, batch.last_offset) == (part[0].first, part[-1].last)
            yield batch

    def _compare(
        self,
        known: PartitionState,
        stretches: Sequence[Stretch],
        verdicts: dict[int, object],
        report: Report,
    ) -> None:
        """What was read of batches that are right, beside what their records are known to hold."""
        for stretch in stretches:
            offsets = range(stretch.first, stretch.last + 1)
            report.cases += len(offsets)
            found = {offset: verdicts.get(offset) for offset in offsets}
            report.accepted += sum(isinstance(each, dict) for each in found.values())
            if stretch.garbled:
                # Its ids may be known from now on, so its contents must be processed here too.
                missing = [offset for offset, each in found.items() if each is None]
                if missing and not _is_compacted(stretch, len(found) - len(missing)):
                    report.find(f"offsets {missing} are not accounted for", self._feed, NONE)
                for batch in self._fetches([stretch], None):
                    known.apply(batch)
                report.reasons["garbled"] += len(offsets)
            elif stretch.cases:
                batch_ = batch_of(self._feed, stretch.cases, stretch.first)
                wanted = _verdicts([known.apply(batch_)])
                if found != wanted:
                    what = _first_difference(found, wanted)
                    report.find(f"{what} is not what was sent", self._feed, stretch.cases)
            elif any(each is not None for each in found.values()):
                report.find("a mark or an aborted event counts", self._feed, NONE)

    def _sink(self, stretches: Sequence[Stretch], report: Report) -> None:
        """The sink's client returns each offset once, in order, and correct records unchanged."""
        for stretch in stretches:
            batch = AnyRecords(stretch.raw).next_batch()
            if batch.is_control_batch:
                continue
            records = list(batch)
            if [each.offset for each in records] != list(
                range(stretch.first, stretch.last + 1)
            ) and not _is_compacted(stretch, len(records)):
                report.find("the sink gives other offsets", self._feed, stretch.cases)
            if stretch.cases:
                held = [(each.key, each.value, each.timestamp) for each in records]
                if held != [
                    (case.key, case.value, case.timestamp) for case in stretch.cases
                ] or any(fault_of(each.headers) for each in records):
                    report.find("the sink reads something else", self._feed, stretch.cases)


def _is_compacted(stretch: Stretch, records: int) -> bool:
    """Whether a batch is one with gaps, which nobody fills, and has all the records that it says.

    A cut one may look so.
    """
    head = head_of(stretch.raw)
    return head.has_gaps and head.records == records


def _halves(batch: FetchedBatch, random: Random) -> Iterator[FetchedBatch]:
    """The first part of a batch, then all of it, as after a restart within the batch."""
    if random.random() < 0.5:
        yield batch.until(random.randint(batch.first_offset, batch.last_offset))
    yield batch


def _verdicts(outcomes: Sequence[Outcome]) -> dict[int, object]:
    """Offset -> the event that was accepted, or why it was refused and what of it was kept."""
    found: dict[int, object] = {}
    for outcome in outcomes:
        for event in accepted_events(outcome):
            assert event["offset"] not in found
            found[event["offset"]] = event
        for offset, refused in outcome.refused.items():
            assert offset not in found
            kept = b"" if refused.refusal.reason is Reason.UNPROCESSABLE else refused.value
            found[offset] = (refused.refusal.reason, refused.refusal.detail, kept)
    return found


def _first_difference(one: dict[int, object], other: dict[int, object]) -> str:
    offset = next(n for n in sorted(one | other) if one.get(n) != other.get(n))
    return f"offset {offset}: {one.get(offset)} or {other.get(offset)}"
