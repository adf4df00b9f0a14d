"""The verdict on each record of a batch: accepted, or refused and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.event import Checked
from contracts.messages import Reason
from streams.batch import PartitionBatch
from streams.checking import Checker, Refusal
from streams.duplicates import DuplicateFilter
from streams.time_rules import TimeRules

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


class Judge:
    """Applies the contract, then the rules of time, then the duplicate filter."""

    def __init__(self, checker: Checker, rules: TimeRules, duplicates: DuplicateFilter) -> None:
        self._checker = checker
        self._rules = rules
        self._duplicates = duplicates

    def judge(self, batch: PartitionBatch, newest_s: float) -> Judgement:
        """Judge the records that follow on a log whose newest accepted event time is given."""
        refused: dict[int, Refusal] = {}
        events: list[Checked] = []
        indices: list[int] = []
        for index, verdict in enumerate(self._checker.check(batch.keys, batch.values)):
            if isinstance(verdict, Refusal):
                refused[index] = verdict
            else:
                events.append(verdict)
                indices.append(index)
        times_s = [event["occurred_at"].timestamp() for event in events]
        if events:
            published_ms = [batch.timestamps[index] for index in indices]
            untimely = self._rules.refuse(times_s, published_ms, newest_s)
            events, times_s, indices = _without(untimely, refused, events, times_s, indices)
        if events:
            offsets = [batch.offsets[index] for index in indices]
            seen = self._duplicates.repeated([event["event_id"] for event in events], offsets)
            repeats = dict.fromkeys(seen, REPEATED)
            events, times_s, indices = _without(repeats, refused, events, times_s, indices)
        return Judgement(
            events,
            times_s,
            [batch.offsets[index] for index in indices],
            self._rules.late(times_s, newest_s) if events else (),
            refused,
        )

    def remember(self, batch: PartitionBatch) -> None:
        """Fill the duplicate filter from records that were judged before."""
        self.judge(batch, newest_s=0.0)


def _without(
    fallen: Mapping[int, Refusal],
    refused: dict[int, Refusal],
    events: list[Checked],
    times_s: list[float],
    indices: list[int],
) -> tuple[list[Checked], list[float], list[int]]:
    """The three lists without the fallen, which are entered in ``refused`` by batch index."""
    if not fallen:
        return events, times_s, indices
    refused.update({indices[n]: refusal for n, refusal in fallen.items()})
    kept = [n for n in range(len(events)) if n not in fallen]
    return [events[n] for n in kept], [times_s[n] for n in kept], [indices[n] for n in kept]
