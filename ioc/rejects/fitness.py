"""Decides whether rejected events would be accepted today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from contracts.events.event import Checked
from contracts.feed import Feed
from contracts.messages import Reason
from contracts.placement import partition_of
from contracts.reference.province import Reference
from contracts.settings import Settings
from contracts.time.instants import epoch_ms
from ioc.rejects.candidates import Reject
from ioc.rejects.standing import Standing
from streams.verdicts.contract import Checker, Refusal, Verdict
from streams.verdicts.event_time import TimeRules


@dataclass(frozen=True, slots=True)
class Fit:
    """A reject that would be accepted: its event, and the event's time in seconds since 1970."""

    reject: Reject
    event: Checked
    time_s: float

    @property
    def event_id(self) -> str:
        """The event's id."""
        return str(self.event["event_id"])

    @property
    def key(self) -> bytes:
        """The message key: the event's district."""
        return str(self.event["district"]).encode()


class Fitness:
    """Applies the worker's own checks of content and time, with the settings of this process.

    The duplicate filter is left out, since only the worker knows its contents. ``late_by_feed``
    tells whether lateness was judged by the newest event of the feed, because that of the partition
    is unknown.
    """

    def __init__(
        self,
        feed: Feed,
        settings: Settings,
        reference: Reference,
        standing: Standing,
        clock: Callable[[], float],
    ) -> None:
        self._max_bytes = settings.max_event_bytes
        self._partitions = settings.kafka_partitions
        self._checker = Checker(feed, reference.units.accepted, self._max_bytes, self._partitions)
        self._rules = TimeRules.of(settings)
        self._standing = standing
        self._clock = clock
        self.late_by_feed = False

    def judge(self, rejects: Sequence[Reject]) -> list[Fit | Refusal]:
        """A verdict on each. ``len(rejects) == len(result)``."""
        raws = [reject.raw for reject in rejects]
        verdicts = self._checker.check([_district(raw) for raw in raws], raws)
        return [
            self._in_time(reject, verdict)
            for reject, verdict in zip(rejects, verdicts, strict=True)
        ]

    def _in_time(self, reject: Reject, verdict: Verdict) -> Fit | Refusal:
        if reject.size > self._max_bytes:
            return Refusal(Reason.TOO_LARGE, f"{reject.size} bytes")
        if isinstance(verdict, Refusal):
            return verdict
        time_s = epoch_ms(verdict["occurred_at"]) / 1000
        ahead = self._rules.too_far_ahead([time_s], [int(self._clock() * 1000)])
        if ahead:
            return ahead[0]
        partition = partition_of(str(verdict["district"]), self._partitions)
        late = self._rules.too_late([time_s], self._standing.newest_s(partition))
        if late:
            self.late_by_feed |= partition not in self._standing.newest_ms
            return late[0]
        return Fit(reject, verdict, time_s)


def _district(raw: bytes) -> bytes | None:
    """The district in an event, which is its message key; None if there is none."""
    try:
        event = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    district = event.get("district") if isinstance(event, dict) else None
    return district.encode() if isinstance(district, str) else None
