"""Reported figures: the newest period of each series, in its newest vintage."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import orjson

from contracts.events.event import Checked
from contracts.indicators.gauges import LatestFigures
from contracts.indicators.parts import Parts
from contracts.time.working_days import local_day
from streams.gauges.state import GaugeState, encoded

NO_PLAN = -1
KEPT_MONTHS = 24
MONTHS = 12
MILLI = 1000
_EPOCH = date(1970, 1, 1)


class Reported(NamedTuple):
    """A figure of a period. The greatest tuple wins, so the order of events does not matter.

    ``value`` and ``plan`` are in thousandths, ``as_of`` in days since 1970.
    """

    vintage: int
    at_s: float
    value: int
    plan: int
    as_of: int


def months(period: str) -> int:
    """Months since year 0 of a period such as ``2026-09``."""
    year, month = period.split("-")
    return int(year) * MONTHS + int(month) - 1


class LatestFiguresState(GaugeState):
    """Keeps two years of each series by month; one entry per district: ``<code>|…`` -> month.

    Only the archive keeps older vintages.
    """

    def __init__(self, gauge: LatestFigures) -> None:
        self._gauge = gauge
        self._series: dict[str, dict[str, dict[int, Reported]]] = defaultdict(
            lambda: defaultdict(dict)
        )

    def load(self, entries: Mapping[str, bytes]) -> None:
        """See GaugeState."""
        for district, payload in entries.items():
            for series, by_month in orjson.loads(payload).items():
                self._series[district][series] = {
                    int(month): Reported(*fields) for month, fields in by_month.items()
                }

    def fold(
        self,
        events: Sequence[Checked],
        times_s: Sequence[float],
        positions: Sequence[int],  # noqa: ARG002 - a maximum takes a repeat
    ) -> Iterable[str]:
        """See GaugeState."""
        gauge, touched = self._gauge, set()
        for event, time_s in zip(events, times_s, strict=True):
            if event["kind"] in gauge.kinds:
                series = "|".join(str(event[field]) for field in (gauge.code, *gauge.also))
                held = self._series[event["district"]][series]
                _put(held, months(event["period"]), _reported(event, time_s))
                touched.add(event["district"])
        return touched

    def expire(self, newest_s: float) -> Iterable[str]:  # noqa: ARG002 - bounded by series and months
        """See GaugeState."""
        return ()

    def entry(self, key: str) -> bytes:
        """See GaugeState. An entry is ``{series: {month: [a Reported's fields]}}``."""
        return encoded(
            {
                series: {str(month): list(by_month[month]) for month in sorted(by_month)}
                for series, by_month in sorted(self._series[key].items())
            }
        )

    def correct(self, district: str, item: str, held: Any, value: Any) -> Iterable[str]:
        """See GaugeState. An item is ``<series>#<month>``, its value a Reported's fields."""
        series, _, month = item.rpartition("#")
        by_month = self._series[district][series]
        if by_month.get(int(month)) != (held and tuple(held)):
            return ()
        by_month.pop(int(month), None)
        if value is not None:
            by_month[int(month)] = Reported(*value)
        elif not by_month:
            del self._series[district][series]
        return (district,)

    def parts(self, watermark_s: float) -> dict[str, Parts]:
        """See GaugeState."""
        today = local_day(int(watermark_s * 1000))
        return {district: _parts(series, today) for district, series in self._series.items()}


def _parts(by_series: Mapping[str, Mapping[int, Reported]], today: int) -> Parts:
    """The parts of a district's series; ``today`` is in days since 1970."""
    counts: dict[str, int] = defaultdict(int)
    ages: dict[int, int] = defaultdict(int)
    for series, by_month in by_series.items():
        code, month = series.partition("|")[0], max(by_month)
        newest, before = by_month[month], by_month.get(month - MONTHS)
        counts[f"{code}_value"] += newest.value
        if newest.plan != NO_PLAN:
            counts[f"{code}_planned"] += newest.value
            counts[f"{code}_plan"] += newest.plan
        if before is not None:
            counts[f"{code}_change"] += newest.value - before.value
            counts[f"{code}_before"] += before.value
        ages[max(today - newest.as_of, 0)] += 1
    return {**counts, "age_days": dict(ages)}


def _put(held: dict[int, Reported], month: int, said: Reported) -> None:
    """Add a figure, and drop months more than two years before the newest."""
    held[month] = max(held.get(month, said), said)
    first = max(held) - KEPT_MONTHS
    for old in [month for month in held if month < first]:
        del held[old]


def _reported(event: Checked, time_s: float) -> Reported:
    plan = event.get("plan")
    return Reported(
        int(event["vintage"]),
        time_s,
        round(event["value"] * MILLI),
        NO_PLAN if plan is None else round(plan * MILLI),
        _day(event["as_of"]),
    )


def _day(text: str) -> int:
    """Days since 1970 of a date; the 31st of a 30-day month counts as the 1st of the next."""
    year, month, day = map(int, text.split("-"))
    return (date(year, month, 1) - _EPOCH).days + day - 1
