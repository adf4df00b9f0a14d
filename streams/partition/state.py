"""All that a worker knows of one partition of a feed, and how a batch changes it.

Pure: no Faust, no clock, no I/O. Its memory is the entries of a table, which ``apply`` names in an
order that makes a crash between any two of them harmless:

1. what a batch brings about is published,
2. its panes and gauges are stored, each with the position that it includes,
3. the partition's progress is stored.

A batch that is worked through again therefore starts behind the stored progress, with the verdicts
of the first time, and skips what a pane already includes.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import cast

import orjson

from contracts.errors import IocError
from contracts.events.checked import place
from contracts.events.event import Checked
from contracts.feed import Feed
from contracts.indicators.parts import decode_parts
from contracts.messages import (
    MINUTE_S,
    OFFSET_BITS,
    Correction,
    Reason,
    parse_iso,
    position,
)
from contracts.reference.province import Reference
from contracts.settings import Settings
from contracts.time.instants import epoch_ms
from streams.gauges.of_feed import FeedGauges
from streams.gauges.state import Writes, encoded
from streams.kafka.batch import BLOCK, Batch, PartitionBatch
from streams.panes.store import Additions, PaneStore
from streams.partition.accepted import Chunk, Positions, chunks
from streams.verdicts.contract import Checker, Refusal
from streams.verdicts.duplicates import DuplicateFilter, known_ids
from streams.verdicts.event_time import TimeRules
from streams.verdicts.judge import Judge, Verdicts
from streams.verdicts.quarantine import NOBODY, Quarantined

PROGRESS_KEY = "progress"

ACCEPTED_A_QUARANTINED = 1_000
"""Beside the limit, one record in so many may be unprocessable: a limit for ever would be reached
some day by a single bad source."""

BLOCKS_A_STEP = 4
"""Some 4 ms of work, after which others get their turn."""


@dataclass(slots=True)
class Progress:
    """How far a partition has been worked through; counts are those of this log generation.

    ``upto`` is the position of the last record included, ``emitted`` the one up to which panes
    have been emitted, ``newest_s`` the newest accepted event time, in seconds since 1970.
    ``rejected`` includes those that were ``unprocessable``.
    """

    upto: int
    emitted: int = -1
    newest_s: float = 0.0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    late: int = 0
    unprocessable: int = 0


class QuarantineError(IocError):
    """So many records raise that it is no matter of single ones."""


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record that was refused, and why; its own timestamp is in milliseconds since 1970."""

    timestamp: int
    value: bytes | None
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a batch brings about.

    ``accepted`` holds the events with their place in the log, as they are published, ``refused``
    the others by their offset. ``writes`` end with the progress, and include all up to the position
    ``upto``.
    """

    batch: Batch
    accepted: Sequence[Chunk]
    refused: Mapping[int, RefusedRecord]
    writes: Writes
    upto: int


class PartitionState:
    """Checks, folds and remembers; ``entries`` is what the table holds of this partition.

    ``stored`` is the entry of its progress, as the table holds it once all writes are stored,
    ``told`` how far it was when it last told anything: see ``emission``.
    """

    def __init__(
        self, feed: Feed, settings: Settings, reference: Reference, entries: Mapping[str, bytes]
    ) -> None:
        self._feed = feed
        self._generation = settings.generation
        self._quarantine_limit = settings.quarantine_limit
        self._rules = TimeRules.of(settings)
        duplicates = DuplicateFilter(settings.duplicate_window)
        duplicates.preload(known_ids(entries))
        self._judge = Judge(
            Checker(feed, reference.units.codes, settings.max_event_bytes),
            self._rules,
            duplicates,
            position(settings.generation, 0),
        )
        self.stored = entries.get(PROGRESS_KEY)
        self.progress = _progress(self.stored, settings.generation)
        self.gauges = FeedGauges(feed, reference, self._rules.lateness_s, entries)
        self.panes = PaneStore(entries, settings.pane_retention_h * 3600)
        self.panes.owe_since(self.progress.emitted)
        self._ahead = self.panes.newest_upto()
        self.told: tuple[int, float, float, int] | None = None

    @property
    def next_offset(self) -> int:
        """The first offset of this log generation that is not included yet."""
        return self.progress.upto + 1 - position(self._generation, 0)

    @property
    def watermark_s(self) -> float:
        """Seconds since 1970 up to which events are taken to be complete; 0 before any event."""
        return max(self.progress.newest_s - self._rules.disorder_s, 0.0)

    def remember(self, batch: PartitionBatch) -> None:
        """Fill the duplicate filter from records that are included already."""
        self._judge.remember(batch)

    def apply(self, batch: Batch, quarantined: Quarantined = NOBODY) -> Outcome:
        """Work a batch through; records that are included already are skipped."""
        steps = self.apply_in_steps(batch, quarantined)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return cast("Outcome", end.value)

    def apply_in_steps(
        self, batch: Batch, quarantined: Quarantined = NOBODY
    ) -> Generator[None, None, Outcome]:
        """The same, with a pause after each few milliseconds; a batch once begun must be ended.

        ``quarantined`` records are refused without being worked. Raises QuarantineError where too
        many are unprocessable, and whatever a record raises; then this state is of no more use.
        """
        if batch.last_offset < self.next_offset:
            return Outcome(batch, (), {}, {}, self.progress.upto)
        writes, additions = self._expire(), self._additions()
        accepted: list[Chunk] = []
        refused: dict[int, RefusedRecord] = {}
        for number, block in enumerate(batch.blocks(BLOCK, self.next_offset)):
            judgement = self._judge.judge(block, self.progress.newest_s, quarantined)
            refused |= _refused(block, judgement)
            accepted += self._take(judgement, block.partition, additions)
            self._advance(judgement)
            self._require_room(block)
            if number % BLOCKS_A_STEP == 0:
                yield
        upto = self.progress.upto = position(self._generation, batch.last_offset)
        writes |= self._settle(additions, upto)
        self.stored = writes[PROGRESS_KEY] = encoded(astuple(self.progress))
        return Outcome(batch, accepted, refused, writes, upto)

    def correct(self, correction: Correction) -> Writes:
        """Set a pane or a gauge to what was recounted; no writes where it has changed since."""
        if "gauge" in correction:
            return self.gauges.take_writes() if self.gauges.correct(correction) else {}
        minute = parse_iso(correction["pane"]) // 1000 // MINUTE_S
        return self.panes.correct(
            (correction["district"], minute),
            correction["seen"],
            decode_parts(correction),
            self.progress.upto,
        )

    def take_archived(
        self, events: Sequence[Checked], positions: Sequence[int], late: Sequence[int]
    ) -> Writes:
        """Take in events that were accepted before, in the order of the log; for a rebuild.

        ``late`` are the indices of those that came behind the watermark. What counts verdicts is
        left to ``conclude``.
        """
        times_s = [epoch_ms(event["occurred_at"]) / 1000 for event in events]
        writes, additions = self._expire(), self._additions()
        self.gauges.fold(events, times_s, positions)
        additions.add(events, times_s, positions, late)
        writes |= self._settle(additions, positions[-1])
        self.progress.newest_s = max(self.progress.newest_s, *times_s)
        return writes

    def conclude(self, counted: Progress) -> Writes:
        """End a rebuild: progress with the verdicts counted, all panes owed an emission."""
        self.progress = replace(counted, emitted=-1, newest_s=self.progress.newest_s)
        return self.gauges.take_writes() | {PROGRESS_KEY: encoded(astuple(self.progress))}

    def _expire(self) -> Writes:
        # By the newest event before this batch: were it by one within, a batch that is worked again
        # after a crash would miss what its first working had dropped.
        self.gauges.expire(self.progress.newest_s)
        return self.panes.expire(self.progress.newest_s)

    def _additions(self) -> Additions:
        return Additions(self._feed, self.panes, self._ahead)

    def _take(self, judgement: Verdicts, partition: int, additions: Additions) -> Iterator[Chunk]:
        """Fold what was accepted, and give it as it is published."""
        events, offsets = judgement.events, judgement.offsets
        if events:
            positions = Positions(self._generation, offsets)
            self.gauges.fold(events, judgement.times_s, positions)
            additions.add(events, judgement.times_s, positions, judgement.late)
        place(events, self._generation, partition, offsets, judgement.late)
        return chunks(events)

    def _settle(self, additions: Additions, upto: int) -> Writes:
        """Panes and gauges that include all up to ``upto``."""
        return self.panes.add(additions.deltas(), upto) | self.gauges.take_writes()

    def _advance(self, judgement: Verdicts) -> None:
        progress, refused = self.progress, judgement.refused.values()
        reasons = [refusal.reason for refusal in refused]
        repeats = reasons.count(Reason.DUPLICATE)
        progress.newest_s = max(progress.newest_s, max(judgement.times_s, default=0.0))
        progress.accepted += len(judgement.events)
        progress.duplicates += repeats
        progress.rejected += len(judgement.refused) - repeats
        progress.late += len(judgement.late)
        progress.unprocessable += reasons.count(Reason.UNPROCESSABLE)

    def _require_room(self, block: PartitionBatch) -> None:
        """Raise QuarantineError where single records can't be to blame any more."""
        progress, limit = self.progress, self._quarantine_limit
        if progress.unprocessable > limit + progress.accepted // ACCEPTED_A_QUARANTINED:
            raise QuarantineError(
                f"{block.topic}/{block.partition}, up to offset {block.last_offset}: "
                f"{progress.unprocessable} records could not be processed, more than "
                f"IOC_QUARANTINE_LIMIT={limit} and one in {ACCEPTED_A_QUARANTINED:,}; look at "
                "`ioc rejects --reason unprocessable`, mend what raises, or raise the limit"
            )


def _refused(block: PartitionBatch, judgement: Verdicts) -> dict[int, RefusedRecord]:
    """The refused records of a block, by offset."""
    return {
        block.offsets[n]: RefusedRecord(
            block.timestamps[n],
            block.unreadable[n].raw if n in block.unreadable else block.values[n],
            refusal,
        )
        for n, refusal in judgement.refused.items()
    }


def _progress(stored: bytes | None, generation: int) -> Progress:
    if stored is None:
        return Progress(upto=position(generation, 0) - 1)
    progress = Progress(*orjson.loads(stored))
    if progress.upto >> OFFSET_BITS == generation:
        return progress
    # The broker forgot its log: places and counts start anew, the figures go on.
    return Progress(upto=position(generation, 0) - 1, newest_s=progress.newest_s)
