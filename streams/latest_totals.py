"""Running totals: the latest that each known reporter named."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import orjson

from contracts.event import Checked
from contracts.gauges import LatestTotals
from contracts.parts import Parts
from streams.keepers import Keeper


class LatestTotalsKeeper(Keeper):
    """Keeps time and total of the latest report of each known reporter; one entry a district.

    Of two reports of one instant the greater total counts.
    """

    def __init__(
        self,
        gauge: LatestTotals,
        known: Mapping[str, frozenset[str]],
        whole: Mapping[str, int],
    ) -> None:
        self._gauge = gauge
        self._known = known
        self._whole = whole
        self._latest: dict[str, dict[str, tuple[float, int]]] = defaultdict(dict)

    def load(self, entries: Mapping[str, bytes]) -> None:
        """See Keeper."""
        for district, payload in entries.items():
            latest = orjson.loads(payload)
            self._latest[district] = {name: (at_s, total) for name, (at_s, total) in latest.items()}

    def fold(
        self,
        events: Sequence[Checked],
        times_s: Sequence[float],
        positions: Sequence[int],  # noqa: ARG002 - a maximum takes a repeat
    ) -> Iterable[str]:
        """See Keeper."""
        gauge, touched = self._gauge, set()
        for event, time_s in zip(events, times_s, strict=True):
            if event["kind"] not in gauge.kinds:
                continue
            district, reporter = event["district"], str(event[gauge.reporter])
            if reporter in self._known.get(district, ()):
                said = (time_s, int(event[gauge.field]))
                if said > self._latest[district].get(reporter, (0.0, -1)):
                    self._latest[district][reporter] = said
                    touched.add(district)
        return touched

    def expire(self, newest_s: float) -> Iterable[str]:  # noqa: ARG002 - bounded by the known reporters
        """See Keeper."""
        return ()

    def entry(self, key: str) -> bytes:
        """See Keeper. The entry of a district is a JSON object: reporter -> [seconds, total]."""
        return orjson.dumps(self._latest[key])

    def parts(self, watermark_s: float) -> dict[str, Parts]:  # noqa: ARG002 - a total lasts
        """See Keeper."""
        return {
            district: {
                self._gauge.total: sum(total for _, total in latest.values()),
                self._gauge.of_whole: self._whole.get(district, 0),
            }
            for district, latest in self._latest.items()
        }
