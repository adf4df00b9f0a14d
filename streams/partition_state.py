"""All that a worker knows of one partition of a feed, and how a batch changes it.

Pure: no Faust, no clock, no I/O. Its memory is the entries of a table, which ``apply`` names in an
order that makes a crash between any two of them harmless:

1. what a batch brings about is published,
2. its panes and gauges are stored, each with the position that it includes,
3. the partition's progress is stored.

A batch that is worked through again therefore starts behind the stored progress, with the verdicts
of the first time, and skips what a pane already includes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace

import orjson

from contracts.event import Checked
from contracts.feed import Feed
from contracts.messages import MINUTE_S, OFFSET_BITS, CorrectionRow, Reason, parse_iso, position
from contracts.parts import Parts, decode_parts, merge_into
from contracts.reference import Reference
from contracts.settings import Settings
from streams.batch import PartitionBatch
from streams.checking import Checker, Refusal
from streams.duplicates import DuplicateFilter
from streams.gauge_keepers import GaugeKeepers
from streams.judge import Judge, Judgement
from streams.keepers import Writes
from streams.known_ids import known_ids
from streams.pane_store import PaneStore
from streams.panes import PaneKey, fold
from streams.time_rules import TimeRules

PROGRESS_KEY = "progress"


@dataclass(slots=True)
class Progress:
    """How far a partition has been worked through; counts are those of this log generation.

    ``upto`` is the position of the last record included, ``emitted`` the one up to which panes
    have been emitted, ``newest_s`` the newest accepted event time, in seconds since 1970.
    """

    upto: int
    emitted: int = -1
    newest_s: float = 0.0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a batch brings about.

    ``accepted`` events carry their place in the log. ``refused`` maps an index of ``batch`` to the
    reason. ``writes`` end with the progress, and include all up to the position ``upto``.
    """

    batch: PartitionBatch
    accepted: Sequence[Checked]
    refused: Mapping[int, Refusal]
    writes: Writes
    upto: int


class PartitionState:
    """Checks, folds and remembers; ``entries`` is what the table holds of this partition."""

    def __init__(
        self, feed: Feed, settings: Settings, reference: Reference, entries: Mapping[str, bytes]
    ) -> None:
        self._feed = feed
        self._generation = settings.generation
        self._rules = TimeRules.of(settings)
        duplicates = DuplicateFilter(settings.duplicate_window)
        duplicates.preload(known_ids(entries))
        self._judge = Judge(
            Checker(feed, reference.units.codes, settings.max_event_bytes),
            self._rules,
            duplicates,
            position(settings.generation, 0),
        )
        self.progress = _progress(entries.get(PROGRESS_KEY), settings.generation)
        self.gauges = GaugeKeepers(feed, reference, self._rules.lateness_s, entries)
        self.panes = PaneStore(entries, settings.pane_retention_h * 3600)
        self.panes.owe_since(self.progress.emitted)
        self._ahead = self.panes.newest_upto()

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

    def apply(self, batch: PartitionBatch) -> Outcome:
        """Work a batch through; records that are included already are skipped."""
        batch = batch.since(self.next_offset)
        if not len(batch):
            return Outcome(batch, (), {}, {}, self.progress.upto)
        judgement = self._judge.judge(batch, self.progress.newest_s)
        upto = position(self._generation, batch.offsets[-1])
        positions = [position(self._generation, offset) for offset in judgement.offsets]
        events, times_s, late = judgement.events, judgement.times_s, judgement.late
        writes = self._fold(events, times_s, positions, late, upto)
        self._advance(judgement, upto)
        writes[PROGRESS_KEY] = orjson.dumps(astuple(self.progress))
        self._place(judgement, batch.partition)
        return Outcome(batch, judgement.events, judgement.refused, writes, upto)

    def correct(self, correction: CorrectionRow) -> Writes:
        """Set a pane to recounted parts; no writes where it isn't the version that was counted."""
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
        times_s = [event["occurred_at"].timestamp() for event in events]
        writes = self._fold(events, times_s, positions, late, positions[-1])
        self.progress.newest_s = max(self.progress.newest_s, *times_s)
        return writes

    def conclude(self, counted: Progress) -> Writes:
        """End a rebuild: progress with the verdicts counted, all panes owed an emission."""
        self.progress = replace(counted, emitted=-1, newest_s=self.progress.newest_s)
        return {PROGRESS_KEY: orjson.dumps(astuple(self.progress))}

    def _fold(
        self,
        events: Sequence[Checked],
        times_s: Sequence[float],
        positions: Sequence[int],
        late: Sequence[int],
        upto: int,
    ) -> Writes:
        # By the newest event before this batch: were it by one within, a batch that is worked again
        # after a crash would miss what its first working had dropped.
        writes: Writes = self.panes.expire(self.progress.newest_s)
        writes.update(self.gauges.expire(self.progress.newest_s))
        if events:
            writes.update(self.panes.add(self._deltas(events, times_s, positions, late), upto))
            writes.update(self.gauges.fold(events, times_s, positions))
        return writes

    def _deltas(
        self,
        events: Sequence[Checked],
        times_s: Sequence[float],
        positions: Sequence[int],
        late: Sequence[int],
    ) -> Mapping[PaneKey, Parts]:
        if positions[0] > self._ahead:
            return fold(self._feed, events, times_s, late)
        # After a crash some panes were stored and others were not: go event by event.
        deltas: dict[PaneKey, Parts] = {}
        for n, (event, time_s) in enumerate(zip(events, times_s, strict=True)):
            single = fold(self._feed, [event], [time_s], [0] if n in late else [])
            for key, parts in single.items():
                if positions[n] > self.panes.upto(key):
                    merge_into(deltas.setdefault(key, {}), parts)
        return deltas

    def _advance(self, judgement: Judgement, upto: int) -> None:
        progress, refused = self.progress, judgement.refused.values()
        repeats = sum(refusal.reason is Reason.DUPLICATE for refusal in refused)
        progress.upto = upto
        progress.newest_s = max(progress.newest_s, *judgement.times_s, 0.0)
        progress.accepted += len(judgement.events)
        progress.duplicates += repeats
        progress.rejected += len(judgement.refused) - repeats
        progress.late += len(judgement.late)

    def _place(self, judgement: Judgement, partition: int) -> None:
        generation = self._generation
        for event, offset in zip(judgement.events, judgement.offsets, strict=True):
            event["generation"] = generation
            event["partition"] = partition
            event["offset"] = offset
            event["late"] = False
        for index in judgement.late:
            judgement.events[index]["late"] = True


def _progress(stored: bytes | None, generation: int) -> Progress:
    if stored is None:
        return Progress(upto=position(generation, 0) - 1)
    progress = Progress(*orjson.loads(stored))
    if progress.upto >> OFFSET_BITS == generation:
        return progress
    # The broker forgot its log: places and counts start anew, the figures go on.
    return Progress(upto=position(generation, 0) - 1, newest_s=progress.newest_s)
