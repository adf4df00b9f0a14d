"""Rules of event time: which events are late, beyond lateness, or ahead of their record.

Every verdict depends only on the partition's log up to the event, so reading the log again, in
batches of any size, gives the same verdicts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from contracts.messages import Reason
from contracts.settings import Settings
from streams.verdicts.contract import Refusal


class Lateness(NamedTuple):
    """Indices of late events, and of those among them that are too late for any pane."""

    late: Sequence[int]
    beyond: Sequence[int]


@dataclass(frozen=True, slots=True)
class TimeRules:
    """Allowed disorder, lateness and clock skew, in seconds."""

    disorder_s: float
    lateness_s: float
    skew_s: float

    @classmethod
    def of(cls, settings: Settings) -> "TimeRules":
        """The rules given by the settings."""
        return cls(settings.disorder_s, settings.lateness_h * 3600, settings.clock_skew_s)

    def too_far_ahead(
        self, times_s: Sequence[float], published_ms: Sequence[int]
    ) -> dict[int, Refusal]:
        """Index -> refusal of the events that lie too far ahead of their publication.

        Publication time is the timestamp of the record, never a local clock.
        """
        if max(times_s) <= min(published_ms) / 1000 + self.skew_s:
            return {}
        # Exactly the comparison above: a verdict must not depend on neighbouring events.
        pairs = enumerate(zip(times_s, published_ms, strict=True))
        ahead = [n for n, (time_s, at_ms) in pairs if time_s > at_ms / 1000 + self.skew_s]
        return {n: self._ahead(times_s[n] - published_ms[n] / 1000) for n in ahead}

    def _ahead(self, seconds: float) -> Refusal:
        text = f"{seconds:.0f} s ahead of its record, {self.skew_s:g} s are allowed"
        return Refusal(Reason.TOO_FAR_AHEAD, text)

    def too_late(self, times_s: Sequence[float], newest_s: float) -> dict[int, Refusal]:
        """Index -> refusal of events too far behind the newest event before them.

        ``newest_s`` is the newest accepted event time of the partition before these events.
        """
        if min(times_s) >= max(newest_s, max(times_s)) - self.lateness_s:
            return {}
        refused = {}
        for index, time_s in enumerate(times_s):
            newest_s = max(newest_s, time_s)
            if time_s < newest_s - self.lateness_s:
                behind_s = newest_s - time_s
                text = f"{behind_s / 3600:.1f} h behind, {self.lateness_s / 3600:g} h are allowed"
                refused[index] = Refusal(Reason.TOO_LATE, text)
        return refused

    def lateness(
        self, units: Sequence[str], times_s: Sequence[float], newest_s: dict[str, float]
    ) -> Lateness:
        """Which accepted events are late, measured by the newest event of their own unit.

        ``newest_s`` holds the newest event time of each unit before these events, and is updated.
        Other units in the partition make no difference.
        """
        late: list[int] = []
        beyond: list[int] = []
        disorder_s, newest_of = self.disorder_s, newest_s.get
        for index, (unit, time_s) in enumerate(zip(units, times_s, strict=True)):
            held_s = newest_of(unit, 0.0)
            if time_s >= held_s:
                newest_s[unit] = time_s
            elif time_s < held_s - disorder_s:
                late.append(index)
                if time_s < held_s - self.lateness_s:
                    beyond.append(index)
        return Lateness(late, beyond)
