"""The latest reported value of each known item of a district, and gauges derived from it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import orjson

from contracts.events.event import Checked
from contracts.indicators.gauges import LatestStates, LatestTotals
from contracts.indicators.parts import Parts
from streams.gauges.state import GaugeState, encoded, only_known

Said = TypeVar("Said", int, str)


class LatestState(GaugeState, Generic[Said]):
    """Keeps time and value of the latest event of each known item; one entry per district.

    Only events of ``kinds`` count. ``item`` is the field that names the item, ``said`` the field
    that holds the value. Of two events at the same instant the greater value counts, in any order.
    """

    def __init__(
        self, item: str, kinds: frozenset[str], said: str, known: Mapping[str, frozenset[str]]
    ) -> None:
        self._item = item
        self._kinds = kinds
        self._said = said
        self._known = known
        self._latest: dict[str, dict[str, tuple[float, Said]]] = defaultdict(dict)

    def load(self, entries: Mapping[str, bytes]) -> None:
        """See GaugeState. Skips items that are no longer in the reference data."""
        for district, payload in entries.items():
            latest = only_known(self._known, district, orjson.loads(payload))
            self._latest[district] = {item: (at_s, said) for item, (at_s, said) in latest.items()}

    def fold(
        self,
        events: Sequence[Checked],
        times_s: Sequence[float],
        positions: Sequence[int],  # noqa: ARG002 - a maximum takes a repeat
    ) -> Iterable[str]:
        """See GaugeState."""
        touched = set()
        for event, time_s in zip(events, times_s, strict=True):
            if event["kind"] not in self._kinds:
                continue
            district, item = event["district"], event[self._item]
            if item in self._known.get(district, ()):
                said = (time_s, event[self._said])
                held = self._latest[district]
                if item not in held or said > held[item]:
                    held[item] = said
                    touched.add(district)
        return touched

    def expire(self, newest_s: float) -> Iterable[str]:  # noqa: ARG002 - bounded by the known items
        """See GaugeState."""
        return ()

    def correct(self, district: str, item: str, held: Any, value: Any) -> Iterable[str]:
        """See GaugeState. A value is [seconds since 1970, reported value]."""
        latest = self._latest[district]
        if latest.get(item) != (held and tuple(held)):
            return ()
        latest.pop(item, None)
        if value is not None:
            latest[item] = (value[0], value[1])
        return (district,)

    def entry(self, key: str) -> bytes:
        """See GaugeState. The entry of a district is a JSON object: item -> [seconds, value]."""
        return encoded(self._latest[key])


class LatestStatesState(LatestState[str]):
    """Counts items by state."""

    def __init__(self, gauge: LatestStates, known: Mapping[str, frozenset[str]]) -> None:
        super().__init__(gauge.item, gauge.kinds, gauge.state, known)
        self._gauge = gauge

    def unheard(self) -> dict[str, Parts]:
        """See GaugeState. Known items without any event are not up."""
        return {district: {"up": 0, "known": len(items)} for district, items in self._known.items()}

    def parts(self, watermark_s: float) -> dict[str, Parts]:
        """See GaugeState."""
        since_s = watermark_s - self._gauge.counts_for_s
        by_district: dict[str, Parts] = {}
        for district, latest in self._latest.items():
            held = Counter(state for at_s, state in latest.values() if at_s >= since_s)
            parts: Parts = {f"in_{state}": held[state] for state in self._gauge.states}
            parts["up"] = sum(held[state] for state in self._gauge.up)
            parts["known"] = len(self._known.get(district, ()))
            by_district[district] = parts
        return by_district


class LatestTotalsState(LatestState[int]):
    """Adds up the reported totals, and gives the whole that they are a part of."""

    def __init__(
        self,
        gauge: LatestTotals,
        known: Mapping[str, frozenset[str]],
        whole: Mapping[str, int],
    ) -> None:
        super().__init__(gauge.reporter, gauge.kinds, gauge.field, known)
        self._gauge = gauge
        self._whole = whole

    def parts(self, watermark_s: float) -> dict[str, Parts]:
        """See GaugeState."""
        since_s = watermark_s - self._gauge.counts_for_s
        return {
            district: {
                self._gauge.total: sum(total for at_s, total in latest.values() if at_s >= since_s),
                self._gauge.of_whole: self._whole.get(district, 0),
            }
            for district, latest in self._latest.items()
        }
