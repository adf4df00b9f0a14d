"""Who has reported for the newest day, of those that are known."""

from collections import Counter
from collections.abc import Mapping

from contracts.gauges import Reporting
from contracts.parts import Parts
from contracts.working_days import local_day
from streams.heard import HeardKeeper


class ReportingKeeper(HeardKeeper):
    """Counts who reported last on which day."""

    def __init__(self, gauge: Reporting, known: Mapping[str, frozenset[str]]) -> None:
        super().__init__(gauge.reporter, gauge.kinds, known)

    def unheard(self) -> dict[str, Parts]:
        """See Keeper: nobody has reported for any day."""
        return {
            district: {"reported": {}, "expected": len(known)}
            for district, known in self._known.items()
        }

    def parts(self, watermark_s: float) -> dict[str, Parts]:  # noqa: ARG002 - a day stays the newest
        """See Keeper."""
        return {
            district: {
                "reported": dict(Counter(local_day(int(at_s * 1000)) for at_s in heard.values())),
                "expected": len(self._known.get(district, ())),
            }
            for district, heard in self._heard_s.items()
        }
