"""How long senders have been silent."""

from collections import Counter
from collections.abc import Mapping

from contracts.gauges import Silence
from contracts.parts import Parts
from streams.heard import HeardKeeper

MINUTE_S = 60


class SilenceKeeper(HeardKeeper):
    """Counts senders by the minutes since they were last heard from."""

    def __init__(self, gauge: Silence, known: Mapping[str, frozenset[str]]) -> None:
        super().__init__(gauge.sender, gauge.kinds, known)
        self._longest = gauge.longest

    def parts(self, watermark_s: float) -> dict[str, Parts]:
        """See Keeper. Who was heard from after the watermark is not silent."""
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
