"""Events, or sums of one of their fields, per clock hour over several days."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from contracts.events.event import Checked
from contracts.indicators.formulas import HOUR_S
from contracts.indicators.gauges import HourlyHistory
from contracts.indicators.parts import Parts
from streams.gauges.state import GaugeState, encoded

DAY_S = 86_400


class HourlyHistoryState(GaugeState):
    """Keeps the count of each hour of each district; one entry per district.

    An entry holds the last position that it includes, because counting an event twice would show.
    """

    def __init__(self, gauge: HourlyHistory) -> None:
        self._gauge = gauge
        self._hours: dict[str, Counter[int]] = defaultdict(Counter)
        self._upto: dict[str, int] = defaultdict(lambda: -1)

    def load(self, entries: Mapping[str, bytes]) -> None:
        """See GaugeState."""
        for district, payload in entries.items():
            entry = orjson.loads(payload)
            self._upto[district] = entry["upto"]
            self._hours[district] = Counter(
                {int(hour): count for hour, count in entry["hours"].items()}
            )

    def fold(
        self, events: Sequence[Checked], times_s: Sequence[float], positions: Sequence[int]
    ) -> Iterable[str]:
        """See GaugeState."""
        newest: dict[str, int] = {}
        for event, time_s, position in zip(events, times_s, positions, strict=True):
            district = event["district"]
            if event["kind"] in self._gauge.kinds and position > self._upto[district]:
                weight = event[self._gauge.field] if self._gauge.field else 1
                self._hours[district][int(time_s) // HOUR_S] += weight
                newest[district] = position
        self._upto.update(newest)
        return newest

    def expire(self, newest_s: float) -> Iterable[str]:
        """See GaugeState."""
        # One hour more than is reported, because the watermark trails the newest event.
        first = self._first_hour(newest_s) - 1
        shrunk = []
        for district, hours in self._hours.items():
            old = [hour for hour in hours if hour < first]
            for hour in old:
                del hours[hour]
            if old:
                shrunk.append(district)
        return shrunk

    def entry(self, key: str) -> bytes:
        """See GaugeState. A district's entry is ``{"upto": position, "hours": {hour: count}}``."""
        hours = {str(hour): count for hour, count in sorted(self._hours[key].items())}
        return encoded({"upto": self._upto[key], "hours": hours})

    def correct(self, district: str, item: str, held: Any, value: Any) -> Iterable[str]:
        """See GaugeState. An item is an hour (since 1970), its value the count of that hour."""
        hours, hour = self._hours[district], int(item)
        if hours.get(hour) != held:
            return ()
        hours.pop(hour, None)
        if value is not None:
            hours[hour] = value
        return (district,)

    def parts(self, watermark_s: float) -> dict[str, Parts]:
        """See GaugeState. Covers the same hours whether or not older ones have been dropped."""
        first, part = self._first_hour(watermark_s), self._gauge.part
        return {
            district: {part: {hour: count for hour, count in hours.items() if hour >= first}}
            for district, hours in self._hours.items()
        }

    def _first_hour(self, now_s: float) -> int:
        return int(now_s - (self._gauge.days + 1) * DAY_S) // HOUR_S
