"""The verdict on each record of a batch: accepted, or refused and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from contracts.events.event import Checked
from contracts.messages import Reason
from streams.kafka.batch import PartitionBatch
from streams.verdicts.contract import Checker, Refusal, Sifted
from streams.verdicts.duplicates import NO_REPLAYS, DuplicateFilter
from streams.verdicts.event_time import TimeRules
from streams.verdicts.unprocessable import NOBODY, Quarantined, sifted_singly, unreadable

_event_id, _district = attrgetter("event_id"), attrgetter("district")

REPEATED = Refusal(Reason.DUPLICATE, "its event_id came before")


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Accepted events with their times (s since 1970) and offsets, side by side.

    ``late`` and ``beyond`` hold indices into these, of events that are late, and too late for any
    pane. ``refused`` holds indices into the batch.
    """

    events: Sequence[Checked]
    times_s: Sequence[float]
    offsets: Sequence[int]
    late: Sequence[int]
    beyond: Sequence[int]
    refused: Mapping[int, Refusal]


class Judge:
    """Applies contract, clock skew and duplicate filter, then determines lateness.

    The first two need nothing of the past. The filter needs its stored ids and its window, which is
    read again after a restart. Lateness needs the newest event time of each unit.

    ``origin`` is the position of offset 0 in this generation of the log.
    """

    def __init__(
        self, checker: Checker, rules: TimeRules, duplicates: DuplicateFilter, origin: int
    ) -> None:
        self._checker = checker
        self._rules = rules
        self._duplicates = duplicates
        self._origin = origin

    def judge(
        self, batch: PartitionBatch, newest_s: dict[str, float], quarantined: Quarantined = NOBODY
    ) -> Verdicts:
        """Judge the next records of a log.

        ``newest_s`` holds the newest accepted event time of each unit, and is updated. The
        ``quarantined`` are refused last, so the filter remembers them as ``remember`` does when it
        refills the filter.
        """
        sifted = self._unrepeated(batch)
        if quarantined:
            offsets = enumerate(sifted.beside(batch.offsets))
            sifted = sifted.without({n: quarantined[at] for n, at in offsets if at in quarantined})
        units = list(map(_district, sifted.events))
        late, beyond = self._rules.lateness(units, sifted.times_s, newest_s)
        return Verdicts(
            sifted.events,
            sifted.times_s,
            sifted.beside(batch.offsets),
            late,
            beyond,
            sifted.refused,
        )

    def remember(self, batch: PartitionBatch) -> None:
        """Fill the duplicate filter from records that were judged before."""
        self._unrepeated(batch)

    def _unrepeated(self, batch: PartitionBatch) -> Sifted:
        """The records that pass contract, clock skew and duplicate filter."""
        sifted = self._sifted(batch)
        if sifted.events:
            published_ms = sifted.beside(batch.timestamps)
            sifted = sifted.without(self._rules.too_far_ahead(sifted.times_s, published_ms))
        if not sifted.events:
            return sifted
        repeated = self._duplicates.repeated(
            list(map(_event_id, sifted.events)),
            sifted.times_s,
            sifted.beside(batch.offsets),
            self._replays(batch, sifted.indices),
        )
        return sifted.without(dict.fromkeys(repeated, REPEATED))

    def _sifted(self, batch: PartitionBatch) -> Sifted:
        try:
            sifted = self._checker.sift(batch.keys, batch.values, batch.partition)
        except Exception:  # noqa: BLE001 - one record must not stop the others, whatever is in it
            sifted = sifted_singly(self._checker, batch.keys, batch.values, batch.partition)
        return unreadable(sifted, batch.unreadable) if batch.unreadable else sifted

    def _replays(self, batch: PartitionBatch, indices: Sequence[int]) -> Mapping[int, int]:
        """Index into ``indices`` -> replayed offset; outside the log for another generation."""
        if not batch.replays:
            return NO_REPLAYS
        return {
            n: batch.replays[index] - self._origin
            for n, index in enumerate(indices)
            if index in batch.replays
        }
