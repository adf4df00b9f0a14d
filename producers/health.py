"""Simulated health units: their daily reports of records, vaccinations and cases.

Stations keep the e-health records of the people of their communes, a growing share of whom has one.
Diseases have their seasons. All magnitudes are invented.
"""

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

from contracts.reference.reporters import HealthUnit
from contracts.time.holidays import SATURDAY
from producers.calendar import holidays
from producers.drawing import Weighted, poisson
from producers.roster import Duty, RosterSimulator
from producers.simulator import World

HOURS = (16, 17)
CASES_AT = 18
COVERED_FROM, COVERED_PER_DAY, MOST_COVERED = 0.55, 0.0002, 0.96
COUNTED_FROM = date(2026, 1, 1)
"""Coverage (a share, 0-1) on that day, and its growth each day."""
DOSES_PER_1000 = 0.45
"""Share of the inhabitants, on a working day."""
VACCINES = Weighted.of({"expanded_programme": 60, "influenza": 20, "other": 15, "covid19": 5})
REST_DAY = 0.1

YEARLY_PER_1000 = {
    "influenza": 12.0,
    "hand_foot_mouth": 1.6,
    "dengue": 0.6,
    "chickenpox": 0.8,
    "diarrhoea": 5.0,
}
SEASONS = {
    "influenza": (1.8, 1.9, 1.6, 1.0, 0.6, 0.4, 0.4, 0.4, 0.6, 0.8, 1.1, 1.4),
    "hand_foot_mouth": (0.3, 0.4, 0.8, 1.5, 1.6, 1.1, 0.7, 0.8, 1.6, 1.7, 1.0, 0.5),
    "dengue": (0.1, 0.1, 0.2, 0.3, 0.5, 0.9, 1.4, 1.9, 2.3, 2.2, 1.5, 0.6),
    "chickenpox": (1.2, 1.6, 1.9, 1.8, 1.2, 0.7, 0.5, 0.4, 0.5, 0.6, 0.7, 0.9),
    "diarrhoea": (0.7, 0.7, 0.8, 1.0, 1.2, 1.4, 1.4, 1.3, 1.1, 0.9, 0.8, 0.7),
}
"""Disease -> weight of each month; the mean is 1."""

_EPOCH = date(1970, 1, 1)


class HealthSimulator(RosterSimulator):
    """All health units of the province."""

    name = "health"
    history_h = 360.0
    """Fifteen days, so that a week has a previous week to compare with."""

    def __init__(self, world: World) -> None:
        units = world.reference.health_units
        stations = Counter(each.district for each in units if each.kind == "station")
        hospitals = Counter(each.district for each in units if each.kind == "hospital")
        inhabitants = {each.code: each.population for each in world.units.districts}
        self._people = {
            each.unit_id: inhabitants[each.district]
            // (stations if each.kind == "station" else hospitals)[each.district]
            for each in units
        }
        roster = [duty for each in units for duty in _duties(each)]
        super().__init__(world, roster, len(roster))

    def is_due(self, duty: Duty, day: int, rng: Random) -> bool:  # noqa: ARG002
        """Every day, even with nothing to report."""
        return True

    def fields(self, duty: Duty, day: int, rng: Random) -> dict[str, Any]:
        """See RosterSimulator."""
        when = _EPOCH + timedelta(days=day)
        unit_id, _, disease = duty.reporter.partition("|")
        people = self._people[unit_id]
        unit = {"unit_id": unit_id}
        if duty.kind == "records":
            total = _covered(people, when)
            created = total - _covered(people, when - timedelta(days=1))
            return unit | {"created": created, "records_total": total}
        if duty.kind == "vaccinations":
            is_rest = when.weekday() >= SATURDAY or when in holidays(when.year)
            mean = people / 1000 * DOSES_PER_1000 * (REST_DAY if is_rest else 1)
            return unit | {"vaccine": VACCINES.draw(rng), "doses": poisson(rng, mean)}
        yearly = people / 1000 * YEARLY_PER_1000[disease]
        mean = yearly / 365 * SEASONS[disease][when.month - 1]
        return unit | {"disease": disease, "new_cases": poisson(rng, mean)}


def _duties(unit: HealthUnit) -> list[Duty]:
    """Stations keep records and vaccinate; hospitals count cases, of each disease."""
    if unit.kind == "station":
        hour = HOURS[unit.unit_id[-1] in "13579"]
        kinds = ("records", "vaccinations")
        return [Duty(kind, unit.district, unit.unit_id, hour) for kind in kinds]
    return [
        Duty("cases", unit.district, f"{unit.unit_id}|{disease}", CASES_AT)
        for disease in YEARLY_PER_1000
    ]


def _covered(people: int, when: date) -> int:
    """Number of inhabitants with a record at the end of that day."""
    share = COVERED_FROM + (when - COUNTED_FROM).days * COVERED_PER_DAY
    return int(people * min(max(share, 0.0), MOST_COVERED))
