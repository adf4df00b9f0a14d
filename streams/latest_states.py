"""The state that each known item was last said to be in."""

from collections import Counter
from collections.abc import Mapping

from contracts.gauges import LatestStates
from contracts.parts import Parts
from streams.latest import LatestKeeper


class LatestStatesKeeper(LatestKeeper[str]):
    """Counts items by state."""

    def __init__(self, gauge: LatestStates, known: Mapping[str, frozenset[str]]) -> None:
        super().__init__(gauge.item, gauge.kinds, gauge.state, known)
        self._gauge = gauge

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
