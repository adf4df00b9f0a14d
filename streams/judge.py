"""The verdict on each record of a batch: accepted, or refused and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import itemgetter
from typing import Any

from contracts.event import Checked
from contracts.instants import epochs_ms
from contracts.messages import Reason
from streams.batch import PartitionBatch
from streams.checking import Checker, Refusal
from streams.duplicates import NO_REPLAYS, DuplicateFilter
from streams.time_rules import TimeRules

_occurred_at = itemgetter("occurred_at")

REPEATED = Refusal(Reason.DUPLICATE, "its event_id came before")


@dataclass(frozen=True, slots=True)
class Judgement:
    """Accepted events with their times (s since 1970) and offsets, side by side.

    ``late`` holds indices into these, ``refused`` indices into the batch.
    """

    events: Sequence[Checked]
    times_s: Sequence[float]
    offsets: Sequence[int]
    late: Sequence[int]
    refused: Mapping[int, Refusal]


@dataclass(slots=True)
class _Standing:
    """The records that nothing speaks against so far; ``indices`` are those of the batch."""

    events: list[Checked]
    times_s: list[float]
    indices: list[int]
    refused: dict[int, Refusal]

    def drop(self, fallen: Mapping[int, Refusal]) -> None:
        """Refuse those with these indices into ``events``."""
        if fallen:
            self.refused.update({self.indices[n]: refusal for n, refusal in fallen.items()})
            stands = [n not in fallen for n in range(len(self.events))]
            self.events = list(compress(self.events, stands))
            self.times_s = list(compress(self.times_s, stands))
            self.indices = list(compress(self.indices, stands))


class Judge:
    """Applies the contract, the clock skew, the duplicate filter, and lateness, in this order.

    The first three need no more of the past than the filter's window, so that reading this window
    again fills the filter as it was; lateness needs the newest event time of all the past.
    So an event refused as too late is in the filter; its replay passes by naming it.

    ``origin`` is the position of offset 0 in this generation of the log.
    """

    def __init__(
        self, checker: Checker, rules: TimeRules, duplicates: DuplicateFilter, origin: int
    ) -> None:
        self._checker = checker
        self._rules = rules
        self._duplicates = duplicates
        self._origin = origin

    def judge(self, batch: PartitionBatch, newest_s: float) -> Judgement:
        """Judge the records that follow on a log whose newest accepted event time is given."""
        standing = self._unrepeated(batch)
        late: Sequence[int] = ()
        if standing.events:
            standing.drop(self._rules.too_late(standing.times_s, newest_s))
        if standing.events:
            late = self._rules.late(standing.times_s, newest_s)
        return Judgement(
            standing.events,
            standing.times_s,
            [batch.offsets[index] for index in standing.indices],
            late,
            standing.refused,
        )

    def remember(self, batch: PartitionBatch) -> None:
        """Fill the duplicate filter from records that were judged before."""
        self._unrepeated(batch)

    def _unrepeated(self, batch: PartitionBatch) -> _Standing:
        """The records that the contract, the clock skew and the filter let pass."""
        standing = self._valid(batch)
        if standing.events:
            published_ms = [batch.timestamps[index] for index in standing.indices]
            standing.drop(self._rules.too_far_ahead(standing.times_s, published_ms))
        if standing.events:
            offsets = [batch.offsets[index] for index in standing.indices]
            ids = [event["event_id"] for event in standing.events]
            replays = self._replays(batch, standing)
            repeated = self._duplicates.repeated(ids, offsets, replays)
            standing.drop(dict.fromkeys(repeated, REPEATED))
        return standing

    def _replays(self, batch: PartitionBatch, standing: _Standing) -> Mapping[int, int]:
        """Index into ``standing`` -> offset replayed; of another generation, none that there is."""
        if not batch.replays:
            return NO_REPLAYS
        return {
            n: batch.replays[index] - self._origin
            for n, index in enumerate(standing.indices)
            if index in batch.replays
        }

    def _valid(self, batch: PartitionBatch) -> _Standing:
        verdicts = self._checker.check(batch.keys, batch.values)
        refused = {n: each for n, each in enumerate(verdicts) if isinstance(each, Refusal)}
        indices = [n for n in range(len(verdicts)) if n not in refused]
        events: list[Any] = [verdicts[n] for n in indices] if refused else list(verdicts)
        times_s = [ms / 1000 for ms in epochs_ms(map(_occurred_at, events))]
        return _Standing(events, times_s, indices, refused)
