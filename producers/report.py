"""Simulated reports of the economy and of infrastructure, by month, with revisions.

A month is first reported on its 26th as an estimate, and revised on the 12th of the next one.
Growth and infrastructure are reported once a quarter. Infrastructure has the figures that the
province published in 2023; the rest is invented, in magnitudes of a similar province.
"""

from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from producers.drawing import generator
from producers.roster import Duty, RosterSimulator
from producers.simulator import World

FIRST_DAY, REVISION_DAY = 26, 12
HOURS = (9, 10, 14, 15)
MONTHS = 12
FIRST_YEAR = 2023
ESTIMATED = 0.02
"""Spread of first reports around the revised figure."""

_EPOCH = date(1970, 1, 1)


class Sum(NamedTuple):
    """A sum that grows over the year: its unit, its reporter, the plan of 2023, its yearly growth.

    ``own`` is the share of the plan (0-1) of the province's own agencies; ``late`` how much the sum
    is weighted towards the end of the year (1: evenly).
    """

    unit: str
    agency: str
    plan: float
    growth: float
    own: float
    late: float


SUMS = {
    "budget_revenue": Sum("billion_vnd", "so-tai-chinh", 6_000, 0.06, 0.55, 0.95),
    "disbursement": Sum("billion_vnd", "so-khdt", 4_200, 0.05, 0.6, 1.7),
    "fdi": Sum("million_usd", "so-khdt", 150, 0.08, 1.0, 1.2),
}
FIXED = {
    "lan_share": ("percent", 100.0),
    "computer_share_province": ("percent", 98.0),
    "computer_share_district": ("percent", 91.0),
    "computer_share_commune": ("percent", 88.0),
    "tslcd_points": ("points", 63.0),
    "wan_points": ("points", 33.0),
}
"""Code -> unit and value, as published in 2023."""
RATES = {"industrial_index": (108.0, 4.0), "grdp_growth": (6.2, 0.9)}
"""Code -> mean and spread, in percent."""


class ReportSimulator(RosterSimulator):
    """Monthly and quarterly figures of the province and its districts."""

    name = "report"
    history_h = 24.0 * 400
    """Thirteen months, so that a figure has one of the year before."""

    def __init__(self, world: World) -> None:
        self._shares = world.units.shares
        self._offices = {unit.code: f"ubnd-{unit.slug}" for unit in world.units.districts}
        province = world.units.province.code
        codes = [*SUMS, *RATES, *FIXED]
        roster = [_duty(province, f"{code}|province", n) for n, code in enumerate(codes)]
        roster += [
            _duty(district, f"{code}|{district}", n)
            for code, of in SUMS.items()
            if of.own < 1
            for n, district in enumerate(self._shares)
        ]
        quarterly = len(FIXED) + 1
        per_month = 2 * (len(roster) - quarterly) + quarterly / 3
        super().__init__(world, roster, per_month * MONTHS / 365)

    def is_due(self, duty: Duty, day: int, rng: Random) -> bool:  # noqa: ARG002
        """Whether it is the day of a first report or of a revision."""
        when = _EPOCH + timedelta(days=day)
        if _is_quarterly(duty):
            return when.day == FIRST_DAY and when.month % 3 == 0
        return when.day in (FIRST_DAY, REVISION_DAY)

    def fields(self, duty: Duty, day: int, rng: Random) -> dict[str, Any]:
        """See RosterSimulator. Between these days a report covers the month before."""
        when = _EPOCH + timedelta(days=day)
        is_first = when.day >= FIRST_DAY
        ended = when.replace(day=1) - timedelta(days=1)
        month = when if is_first else ended
        code, _, place = duty.reporter.partition("|")
        unit, agency, value, plan = self._figure(code, place, month)
        if is_first and code in (*SUMS, "industrial_index"):
            value *= 1 + rng.gauss(0, ESTIMATED)
        return {
            "code": code,
            "unit": unit,
            "level": "province" if place == "province" else "district",
            "agency": agency,
            "period": f"{month:%Y-%m}",
            "value": round(value, 3),
            "plan": None if plan is None else round(plan, 3),
            "as_of": f"{when if is_first else ended:%Y-%m-%d}",
            "vintage": 1 if is_first else 2,
        }

    def _figure(self, code: str, place: str, month: date) -> tuple[str, str, float, float | None]:
        """Unit, agency, revised value, and plan."""
        if code in FIXED:
            return *_fixed(code), None
        rng = generator(self._seed, self.name, code, place, month.year, month.month)
        if code in RATES:
            mean, spread = RATES[code]
            return "percent", "cuc-thong-ke", rng.gauss(mean, spread), None
        of = SUMS[code]
        part = of.own if place == "province" else (1 - of.own) * self._shares[place]
        plan = of.plan * part * (1 + of.growth) ** (month.year - FIRST_YEAR)
        year = generator(self._seed, self.name, code, place, month.year)
        done = (month.month / MONTHS) ** of.late * year.gauss(1.0, 0.08)
        agency = of.agency if place == "province" else self._offices[place]
        return of.unit, agency, plan * done, plan


def _duty(district: str, reporter: str, number: int) -> Duty:
    return Duty("figure", district, reporter, HOURS[number % len(HOURS)])


def _is_quarterly(duty: Duty) -> bool:
    code = duty.reporter.partition("|")[0]
    return code in FIXED or code == "grdp_growth"


def _fixed(code: str) -> tuple[str, str, float]:
    unit, value = FIXED[code]
    return unit, "so-tttt", value
