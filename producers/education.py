"""Simulated schools: their reports of a day, digital lessons, use of platforms, incidents.

Some 520 schools with 232,000 pupils; the school year runs from 5 September to 31 May, with two
weeks off around Tết. More pupils stay away in the cold months and on the days around Tết.
"""

from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from contracts.reference.reporters import School
from contracts.time.holidays import SATURDAY
from producers.calendar import holidays, is_tet
from producers.drawing import Weighted
from producers.roster import Duty, RosterSimulator
from producers.simulator import World

YEAR_BEGINS, YEAR_ENDS = (9, 5), (5, 31)
TET_BEFORE, TET_AFTER = 5, 6
"""Days off before and after the public holidays of Tết."""
SCHOOL_DAYS = 0.47
"""Share of the days of a year."""
REPORTS_AT, LESSONS_AT, USAGE_AT, INCIDENTS_AT = (7, 8), 17, 21, 10
REPORTED, GAVE_LESSONS, USED = 0.985, 0.6, 0.7
INCIDENT_CHANCE = 0.15
"""The chance of an incident in a district on a school day."""
ABSENT = {
    "kindergarten": 0.070,
    "primary": 0.028,
    "lower_secondary": 0.035,
    "upper_secondary": 0.030,
}
MONTHS = {1: 1.5, 2: 1.4, 3: 1.1, 4: 0.9, 5: 0.9, 9: 0.8, 10: 0.9, 11: 1.0, 12: 1.4}
MONDAY_FACTOR, NEAR_TET_FACTOR, NEAR_TET_DAYS = 1.15, 1.9, 10
EXCUSED = 0.82
PLATFORMS = Weighted.of({"gradebook": 5, "learning": 3, "library": 1})
CATEGORIES = Weighted.of(
    {"health": 30, "facility": 25, "safety": 20, "weather": 12, "food": 7, "violence": 6}
)
FEWEST_NAMED = 5

_EPOCH = date(1970, 1, 1)


@lru_cache(maxsize=2_048)
def _days_from_tet(day: date) -> int:
    """Days to the nearest public holiday of Tết; a large number if none is near."""
    tet = [step for step in range(-20, 21) if is_tet(day + timedelta(days=step))]
    return min(map(abs, tet), default=99)


@lru_cache(maxsize=2_048)
def is_school_day(day: date) -> bool:
    """Whether schools teach on that day."""
    if day.weekday() >= SATURDAY or day in holidays(day.year):
        return False
    if YEAR_ENDS < (day.month, day.day) < YEAR_BEGINS:
        return False
    before = (day + timedelta(days=step) for step in range(1, TET_BEFORE + 1))
    after = (day - timedelta(days=step) for step in range(1, TET_AFTER + 1))
    return not any(map(is_tet, (*before, *after)))


class EducationSimulator(RosterSimulator):
    """All schools of the province."""

    name = "education"
    history_h = 240.0

    def __init__(self, world: World) -> None:
        schools = world.reference.schools
        self._schools = {school.school_id: school for school in schools}
        self._in_district: dict[str, list[School]] = {}
        for school in schools:
            self._in_district.setdefault(school.district, []).append(school)
        roster = [duty for school in schools for duty in _duties(school)]
        roster += [Duty("incident", code, code, INCIDENTS_AT) for code in self._in_district]
        on_school_days = len(schools) * (REPORTED + GAVE_LESSONS)
        on_school_days += len(self._in_district) * INCIDENT_CHANCE
        super().__init__(world, roster, SCHOOL_DAYS * on_school_days + USED * len(schools))

    def is_due(self, duty: Duty, day: int, rng: Random) -> bool:
        """Platforms are used on any day, everything else happens on school days."""
        chance = {
            "report": REPORTED,
            "lessons": GAVE_LESSONS,
            "usage": USED,
            "incident": INCIDENT_CHANCE,
        }[duty.kind]
        if duty.kind != "usage" and not is_school_day(_EPOCH + timedelta(days=day)):
            return False
        return rng.random() < chance

    def fields(self, duty: Duty, day: int, rng: Random) -> dict[str, Any]:
        """See RosterSimulator."""
        if duty.kind == "incident":
            school = rng.choice(self._in_district[duty.reporter])
        else:
            school = self._schools[duty.reporter]
        when = _EPOCH + timedelta(days=day)
        common = {"school_id": school.school_id, "level": school.level}
        make = {
            "report": _report,
            "lessons": _lessons,
            "usage": _usage,
            "incident": _incident,
        }[duty.kind]
        return common | make(school, when, rng)


def _duties(school: School) -> list[Duty]:
    at = REPORTS_AT[school.level == "kindergarten"]
    hours = {"report": at, "lessons": LESSONS_AT, "usage": USAGE_AT}
    return [Duty(kind, school.district, school.school_id, hour) for kind, hour in hours.items()]


def _report(school: School, when: date, rng: Random) -> dict[str, Any]:
    share = ABSENT[school.level] * MONTHS.get(when.month, 1.0)
    if when.weekday() == 0:
        share *= MONDAY_FACTOR
    if _days_from_tet(when) <= NEAR_TET_DAYS:
        share *= NEAR_TET_FACTOR
    mean = school.pupils * share * rng.lognormvariate(-0.06, 0.35)
    absent = min(school.pupils, int(mean + rng.random()))
    return {
        "enrolled": school.pupils,
        "present": school.pupils - absent,
        "excused": sum(rng.random() < EXCUSED for _ in range(absent)),
    }


def _lessons(school: School, when: date, rng: Random) -> dict[str, Any]:  # noqa: ARG001 - as all
    return {"lessons": 1 + int(rng.expovariate(1.0) * school.pupils / 90)}


def _usage(school: School, when: date, rng: Random) -> dict[str, Any]:
    lively = 0.35 if is_school_day(when) else 0.12
    logins = int(school.pupils * lively * rng.lognormvariate(-0.08, 0.4))
    return {"platform": PLATFORMS.draw(rng), "logins": logins}


def _incident(school: School, when: date, rng: Random) -> dict[str, Any]:  # noqa: ARG001 - as all
    affected = min(school.pupils, int(rng.lognormvariate(1.0, 1.1)))
    named = affected if affected >= FEWEST_NAMED else None
    return {"category": CATEGORIES.draw(rng), "affected": named}
