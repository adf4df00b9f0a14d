"""Running totals: the latest that each known reporter named."""

from collections.abc import Mapping

from contracts.gauges import LatestTotals
from contracts.parts import Parts
from streams.latest import LatestKeeper


class LatestTotalsKeeper(LatestKeeper[int]):
    """Adds up the totals, beside the whole that they are a part of."""

    def __init__(
        self,
        gauge: LatestTotals,
        known: Mapping[str, frozenset[str]],
        whole: Mapping[str, int],
    ) -> None:
        super().__init__(gauge.reporter, gauge.kinds, gauge.field, known)
        self._gauge = gauge
        self._whole = whole

    def parts(self, watermark_s: float) -> dict[str, Parts]:  # noqa: ARG002 - a total lasts
        """See Keeper."""
        return {
            district: {
                self._gauge.total: sum(total for _, total in latest.values()),
                self._gauge.of_whole: self._whole.get(district, 0),
            }
            for district, latest in self._latest.items()
        }
