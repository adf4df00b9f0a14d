"""The state of one partition of a feed, and how a batch changes it.

Pure: no Faust, no clock, no I/O. The state persists as entries of a table. ``apply`` lists them in
an order that makes a crash between any two writes harmless:

1. accepted events and rejects are published,
2. panes and gauges are stored, each with the position that it includes,
3. the partition's progress is stored.

A repeated batch therefore starts after the stored progress, gets the same verdicts as the first
time, and skips events that a pane already includes.
"""

import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import cast

from contracts.errors import IocError
from contracts.events.checked import set_positions
from contracts.events.event import Checked
from contracts.feed import Feed
from contracts.indicators.parts import decode_parts
from contracts.messages import (
    MINUTE_S,
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
from streams.panes.known import KnownParts
from streams.panes.retractions import Retractions
from streams.panes.store import Additions, PaneStore
from streams.partition.accepted import Accepted, Chunk, Positions, chunks
from streams.partition.progress import PROGRESS_KEY, Progress, stored_progress
from streams.verdicts.contract import Checker, Refusal
from streams.verdicts.duplicates import DuplicateFilter
from streams.verdicts.event_time import TimeRules
from streams.verdicts.judge import Judge, Verdicts
from streams.verdicts.unprocessable import NOBODY, Quarantined

ACCEPTED_A_QUARANTINED = 1_000
"""One more record may be unprocessable per this many accepted: a single bad source would exhaust a
fixed limit some day."""

BLOCKS_A_STEP = 4
"""About 4 ms of work, after which other tasks get their turn."""


class QuarantineError(IocError):
    """Too many records raise to be the fault of single records."""


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A refused record with its reason; ``timestamp`` is the record's, in ms since 1970."""

    timestamp: int
    value: bytes | None
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Outcome:
    """The effects of a batch.

    ``accepted`` holds the accepted events with their positions, as published; ``refused`` maps the
    offsets of refused records to them. ``writes`` end with the progress, and include all records up
    to position ``upto``.
    """

    batch: Batch
    accepted: Sequence[Chunk]
    refused: Mapping[int, RefusedRecord]
    writes: Writes
    upto: int


class PartitionState:
    """Checks, folds and remembers events; ``entries`` are the table's entries of this partition.

    ``stored`` is the entry of the progress as the table holds it once all writes are stored.
    ``told`` is how far the partition was at its last emission: see ``emission``.
    """

    def __init__(
        self, feed: Feed, settings: Settings, reference: Reference, entries: Mapping[str, bytes]
    ) -> None:
        self._feed = feed
        self._generation = settings.generation
        self._quarantine_limit = settings.quarantine_limit
        self._rules = TimeRules.of(settings)
        origin = position(settings.generation, 0)
        self.duplicates = DuplicateFilter(settings, origin)
        self._judge = Judge(
            Checker(
                feed, reference.units.accepted, settings.max_event_bytes, settings.kafka_partitions
            ),
            self._rules,
            self.duplicates,
            origin,
        )
        self.stored = entries.get(PROGRESS_KEY)
        self.progress = stored_progress(self.stored, settings.generation, reference.units.accepted)
        self.duplicates.load(entries, self.progress.upto + 1)
        self.gauges = FeedGauges(feed, reference, self._rules.lateness_s, entries)
        self.panes = PaneStore(entries, settings.pane_retention_h * 3600)
        self._retractions = Retractions(feed, entries, self._rules.lateness_s)
        self.known = KnownParts(feed, entries, self.progress.newest_s, is_new=self.stored is None)
        self.panes.owe_since(self.progress.emitted_upto)
        self._ahead = self.panes.newest_upto()
        self.told: tuple[int, float, float, int] | None = None

    @property
    def next_offset(self) -> int:
        """The first offset of this log generation that the state does not include."""
        return self.progress.upto + 1 - position(self._generation, 0)

    @property
    def watermark_s(self) -> float:
        """The watermark that events support, in seconds since 1970; 0 before any event."""
        return max(self.progress.newest_s - self._rules.disorder_s, 0.0)

    def remember(self, batch: PartitionBatch) -> None:
        """Fill the duplicate filter from records that the state already includes."""
        self._judge.remember(batch)

    def apply(self, batch: Batch, quarantined: Quarantined = NOBODY) -> Outcome:
        """Process a batch, skipping records that the state already includes.

        Raises as ``apply_in_steps``.
        """
        steps = self.apply_in_steps(batch, quarantined)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return cast("Outcome", end.value)

    def apply_in_steps(
        self, batch: Batch, quarantined: Quarantined = NOBODY
    ) -> Generator[None, None, Outcome]:
        """As ``apply``, yielding every few milliseconds; the caller must exhaust the generator.

        ``quarantined`` records are refused without being processed. Raises QuarantineError if too
        many records are unprocessable, and any error that a record raises; the state is unusable
        afterwards.
        """
        if batch.last_offset < self.next_offset:
            return Outcome(batch, (), {}, {}, self.progress.upto)
        writes, additions = self._expire(), self._additions()
        accepted: list[Chunk] = []
        refused: dict[int, RefusedRecord] = {}
        for number, block in enumerate(batch.blocks(BLOCK, self.next_offset)):
            judgement = self._judge.judge(block, self.progress.newest_of, quarantined)
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
        """Set a pane or a gauge to its recount; no writes if it has changed since."""
        if "learnt" in correction:
            self.known.learn(correction["learnt"], correction["since_minute"])
            return self.known.take_writes()
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
        self,
        events: Sequence[Checked],
        positions: Sequence[int],
        late: Sequence[int],
        beyond: Sequence[int],
        latest_s: float = math.inf,
    ) -> Writes:
        """Take in events that were accepted before, in log order; for a rebuild.

        ``late`` and ``beyond`` are indices of events that were late, and too late for panes.
        ``conclude`` sets the verdict counts. An event after ``latest_s`` (since 1970), dated by a
        wrong clock, makes no other event late.
        """
        times_s = [epoch_ms(event["occurred_at"]) / 1000 for event in events]
        writes, additions = self._expire(), self._additions()
        self._fold(Accepted(events, times_s, positions, late, beyond), additions)
        ids = [event["event_id"] for event in events]
        self.duplicates.remember(ids, [min(time_s, latest_s) for time_s in times_s], positions)
        writes |= self._settle(additions, positions[-1])
        newest_of = self.progress.newest_of
        for event, time_s in zip(events, times_s, strict=True):
            if time_s <= latest_s:
                self.progress.newest_s = max(self.progress.newest_s, time_s)
                newest_of[event["district"]] = max(time_s, newest_of.get(event["district"], 0.0))
        return writes

    def conclude(self, counted: Progress) -> Writes:
        """End a rebuild: set the progress to ``counted``, and mark all panes for emission."""
        held = self.progress
        self.progress = replace(
            counted, emitted_upto=-1, newest_s=held.newest_s, newest_of=held.newest_of
        )
        # Recounted panes may differ from those stored under any version up to this one.
        panes = self.panes.owe_all(counted.upto)
        after = self.gauges.take_writes() | self.known.take_writes()
        return panes | after | {PROGRESS_KEY: encoded(astuple(self.progress))}

    def _expire(self) -> Writes:
        # By the newest event before this batch. If an event within the batch counted, a repeat of
        # the batch after a crash would miss the entries that its first pass had dropped.
        self.gauges.expire(self.progress.newest_s)
        newest_of = self.progress.newest_of
        gone = self.duplicates.take_gone()
        return gone | self._retractions.expire(newest_of) | self.panes.expire(newest_of)

    def _additions(self) -> Additions:
        return Additions(self._feed, self.panes, self._retractions, self._ahead)

    def _take(self, judgement: Verdicts, partition: int, additions: Additions) -> Iterator[Chunk]:
        """Fold the accepted events, and give them as published."""
        events, offsets = judgement.events, judgement.offsets
        if events:
            positions = Positions(self._generation, offsets)
            late, beyond = judgement.late, judgement.beyond
            self._fold(Accepted(events, judgement.times_s, positions, late, beyond), additions)
        set_positions(
            events, self._generation, partition, offsets, judgement.late, judgement.beyond
        )
        return chunks(events)

    def _fold(self, accepted: Accepted, additions: Additions) -> None:
        """Fold all events into gauges, and those not too late into panes."""
        self.gauges.fold(accepted.events, accepted.times_s, accepted.positions)
        timely = accepted.timely()
        if timely.events:
            additions.add(timely.events, timely.times_s, timely.positions, timely.late)

    def _settle(self, additions: Additions, upto: int) -> Writes:
        """Writes of panes and ids, then of gauges, retractions and known parts, up to ``upto``."""
        panes = self.panes.add(additions.deltas(), upto)
        panes |= self.duplicates.take_writes()
        after = self.gauges.take_writes() | self._retractions.take_writes()
        return panes | after | self.known.take_writes()

    def _advance(self, judgement: Verdicts) -> None:
        progress, refused = self.progress, judgement.refused.values()
        reasons = [refusal.reason for refusal in refused]
        repeats = reasons.count(Reason.DUPLICATE)
        progress.newest_s = max(progress.newest_s, max(judgement.times_s, default=0.0))
        progress.accepted += len(judgement.events)
        progress.duplicates += repeats
        progress.rejected += len(judgement.refused) - repeats
        progress.late += len(judgement.late)
        progress.beyond += len(judgement.beyond)
        progress.unprocessable += reasons.count(Reason.UNPROCESSABLE)

    def _require_room(self, block: PartitionBatch) -> None:
        """Raise QuarantineError if too many records are unprocessable."""
        progress, limit = self.progress, self._quarantine_limit
        if progress.unprocessable > limit + progress.accepted // ACCEPTED_A_QUARANTINED:
            raise QuarantineError(
                f"{block.topic}/{block.partition}, up to offset {block.last_offset}: "
                f"{progress.unprocessable} records could not be processed, more than "
                f"IOC_QUARANTINE_LIMIT={limit} and one in {ACCEPTED_A_QUARANTINED:,}; look at "
                "`ioc rejects --reason unprocessable`, fix the cause, or raise the limit"
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
