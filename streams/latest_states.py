"""The state that each known item was last said to be in."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import orjson

from contracts.event import Checked
from contracts.gauges import LatestStates
from contracts.parts import Parts
from streams.keepers import Keeper


class LatestStatesKeeper(Keeper):
    """Keeps time and state of the latest event of each known item; one entry a district.

    Of two events of one instant the state that comes later in the alphabet counts, whatever the
    order they come in.
    """

    def __init__(self, gauge: LatestStates, known: Mapping[str, frozenset[str]]) -> None:
        self._gauge = gauge
        self._known = known
        self._latest: dict[str, dict[str, tuple[float, str]]] = defaultdict(dict)

    def load(self, entries: Mapping[str, bytes]) -> None:
        """See Keeper."""
        for district, payload in entries.items():
            latest = orjson.loads(payload)
            self._latest[district] = {item: (at_s, state) for item, (at_s, state) in latest.items()}

    def fold(
        self,
        events: Sequence[Checked],
        times_s: Sequence[float],
        positions: Sequence[int],  # noqa: ARG002 - a maximum takes a repeat
    ) -> Iterable[str]:
        """See Keeper."""
        gauge, touched = self._gauge, set()
        for event, time_s in zip(events, times_s, strict=True):
            district = event["district"]
            if event["kind"] not in gauge.kinds:
                continue
            item = str(event[gauge.item])
            if item in self._known.get(district, ()):
                said = (time_s, event[gauge.state])
                if said > self._latest[district].get(item, (0.0, "")):
                    self._latest[district][item] = said
                    touched.add(district)
        return touched

    def expire(self, newest_s: float) -> Iterable[str]:  # noqa: ARG002 - bounded by the known items
        """See Keeper."""
        return ()

    def entry(self, key: str) -> bytes:
        """See Keeper. The entry of a district is a JSON object: item -> [seconds, state]."""
        return orjson.dumps(self._latest[key])

    def unheard(self) -> dict[str, Parts]:
        """See Keeper: known items that were never heard of are not up."""
        return {district: {"up": 0, "known": len(items)} for district, items in self._known.items()}

    def parts(self, watermark_s: float) -> dict[str, Parts]:  # noqa: ARG002 - a state lasts
        """See Keeper."""
        by_district: dict[str, Parts] = {}
        for district, latest in self._latest.items():
            held = Counter(state for _, state in latest.values())
            parts: Parts = {f"in_{state}": held[state] for state in self._gauge.states}
            parts["up"] = sum(held[state] for state in self._gauge.up)
            parts["known"] = len(self._known.get(district, ()))
            by_district[district] = parts
        return by_district
