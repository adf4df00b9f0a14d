"""When each known sender of a district was last heard from, and gauges derived from that."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from operator import attrgetter
from typing import Any

import orjson

from contracts.events.event import Checked
from contracts.indicators.gauges import Presence, Reporting, Silence
from contracts.indicators.parts import Parts
from contracts.time.working_days import local_day
from streams.gauges.state import GaugeState, encoded, only_known

MINUTE_S = 60


class SendersState(GaugeState):
    """Keeps the latest event time of each known sender; one entry per district.

    ``sender`` is the field that names the sender. Only events of ``kinds`` count, or all if
    ``kinds`` is empty.
    """

    def __init__(
        self, sender: str, kinds: frozenset[str], known: Mapping[str, frozenset[str]]
    ) -> None:
        self._sender_of = attrgetter("district", sender)
        self._kinds = kinds
        self._known = known
        self._heard_s: dict[str, dict[str, float]] = defaultdict(dict)

    def load(self, entries: Mapping[str, bytes]) -> None:
        """See GaugeState. Skips senders that are no longer in the reference data."""
        for district, payload in entries.items():
            self._heard_s[district] = only_known(self._known, district, orjson.loads(payload))

    def fold(
        self,
        events: Sequence[Checked],
        times_s: Sequence[float],
        positions: Sequence[int],  # noqa: ARG002 - a maximum takes a repeat
    ) -> Iterable[str]:
        """See GaugeState."""
        if self._kinds:
            counts = [event["kind"] in self._kinds for event in events]
            events, times_s = list(compress(events, counts)), list(compress(times_s, counts))
        latest: dict[tuple[str, str], float] = {}
        for sender, time_s in zip(map(self._sender_of, events), times_s, strict=True):
            if time_s > latest.get(sender, 0.0):
                latest[sender] = time_s
        touched = set()
        for (district, sender_id), time_s in latest.items():
            if sender_id not in self._known.get(district, ()):
                continue
            heard = self._heard_s[district]
            if time_s > heard.get(sender_id, 0.0):
                heard[sender_id] = time_s
                touched.add(district)
        return touched

    def expire(self, newest_s: float) -> Iterable[str]:  # noqa: ARG002 - bounded by the known senders
        """See GaugeState."""
        return ()

    def correct(self, district: str, item: str, held: Any, value: Any) -> Iterable[str]:
        """See GaugeState. A value is in seconds since 1970."""
        heard = self._heard_s[district]
        if heard.get(item) != held:
            return ()
        heard.pop(item, None)
        if value is not None:
            heard[item] = value
        return (district,)

    def entry(self, key: str) -> bytes:
        """See GaugeState. A district's entry is a JSON object: sender -> seconds since 1970."""
        return encoded(self._heard_s[key])


class PresenceState(SendersState):
    """Counts the devices heard from within the limit."""

    def __init__(self, gauge: Presence, known: Mapping[str, frozenset[str]]) -> None:
        super().__init__(gauge.device, gauge.kinds, known)
        self._gauge = gauge

    def unheard(self) -> dict[str, Parts]:
        """See GaugeState. Known devices without any event are not online."""
        return {
            district: {"online": 0, "known": len(devices)}
            for district, devices in self._known.items()
        }

    def parts(self, watermark_s: float) -> dict[str, Parts]:
        """See GaugeState."""
        since_s = watermark_s - self._gauge.limit_s
        return {
            district: {
                "online": sum(heard_s >= since_s for heard_s in heard.values()),
                "known": len(self._known.get(district, ())),
            }
            for district, heard in self._heard_s.items()
        }


class ReportingState(SendersState):
    """Counts reporters by the day of their last report."""

    def __init__(self, gauge: Reporting, known: Mapping[str, frozenset[str]]) -> None:
        super().__init__(gauge.reporter, gauge.kinds, known)

    def unheard(self) -> dict[str, Parts]:
        """See GaugeState. Nobody has reported on any day."""
        return {
            district: {"reported": {}, "expected": len(known)}
            for district, known in self._known.items()
        }

    def parts(self, watermark_s: float) -> dict[str, Parts]:  # noqa: ARG002 - a day stays the newest
        """See GaugeState."""
        return {
            district: {
                "reported": dict(Counter(local_day(int(at_s * 1000)) for at_s in heard.values())),
                "expected": len(self._known.get(district, ())),
            }
            for district, heard in self._heard_s.items()
        }


class SilenceState(SendersState):
    """Counts senders by the minutes since they were last heard from."""

    def __init__(self, gauge: Silence, known: Mapping[str, frozenset[str]]) -> None:
        super().__init__(gauge.sender, gauge.kinds, known)
        self._longest = gauge.longest

    def parts(self, watermark_s: float) -> dict[str, Parts]:
        """See GaugeState. A sender heard from after the watermark is silent for 0 minutes."""
        return {
            district: {
                "silent_minutes": dict(
                    Counter(self._minutes(watermark_s - at_s) for at_s in heard.values())
                )
            }
            for district, heard in self._heard_s.items()
        }

    def _minutes(self, silent_s: float) -> int:
        return min(max(int(silent_s) // MINUTE_S, 0), self._longest)
