"""Simulated tourism: sites count visitors, lodgings report rooms and nights, both their revenue.

A year has the magnitudes of 2023: 3.95 million arrivals, of which 0.45 million foreign, and a
revenue of 4,020 billion VND, with peaks on weekends, at Tết and around 2 September.
"""

from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from producers.calendar import holidays, is_tet
from producers.drawing import Weighted, generator
from producers.roster import Duty, RosterSimulator
from producers.simulator import World

ARRIVALS, FOREIGN = 3_950_000, 450_000
REVENUE_VND = 4_020_000_000_000
LODGINGS = 500
SITES_OF_REVENUE = 0.35
COUNTED_AT = {9: 0.24, 12: 0.31, 15: 0.27, 18: 0.18}
"""Local hour at which sites count -> share of the day's visitors since the last count."""
STAYS_AT, REVENUE_AT, COMPLAINTS_AT = (8, 9, 10), (20, 21), tuple(range(8, 20))
COMPLAINT_CHANCE = 0.03
"""The chance of a complaint in a district and hour: some 3.5 complaints a day."""
GUESTS_A_ROOM = 1.9
STAYED = Weighted.of({1: 0.72, 2: 0.2, 3: 0.06, 4: 0.02})

WEEKDAYS = (0.72, 0.68, 0.7, 0.78, 1.0, 1.75, 1.45)
MONTHS = (1.05, 1.25, 1.15, 1.05, 1.05, 1.1, 1.05, 0.95, 0.9, 0.95, 0.85, 0.8)
"""Spring has the festivals, early summer the school holidays."""
HOLIDAY, TET, AFTER_TET = 2.3, 2.0, 1.7
AFTER_TET_DAYS = 10
SUBJECTS = Weighted.of({"price": 35, "service": 30, "environment": 15, "safety": 10, "other": 10})

_EPOCH = date(1970, 1, 1)
_NOISE = 0.2


@lru_cache(maxsize=4_096)
def weight(day: date) -> float:
    """The relative number of visitors on a day."""
    plain = WEEKDAYS[day.weekday()] * MONTHS[day.month - 1]
    if day in holidays(day.year):
        return max(plain, TET if is_tet(day) else HOLIDAY)
    if any(is_tet(day - timedelta(days=ago)) for ago in range(1, AFTER_TET_DAYS + 1)):
        return max(plain, AFTER_TET)
    return plain


@lru_cache(maxsize=16)
def _weight_of_year(year: int) -> float:
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return sum(weight(date(year, 1, 1) + timedelta(days=day)) for day in range(days))


def day_share(day: date) -> float:
    """The day's share (0-1) of its year."""
    return weight(day) / _weight_of_year(day.year)


class TourismSimulator(RosterSimulator):
    """All sites and lodgings; yearly totals do not depend on the number of lodgings."""

    name = "tourism"
    history_h = 240.0

    def __init__(self, world: World, lodgings: int = LODGINGS) -> None:
        self._sites = {site.site_id: site for site in world.reference.sites}
        sites = self._sites.values()
        districts = [site.district for site in sites] or sorted(world.units.codes)
        self._rooms = _rooms(world, lodgings, districts)
        takings = {name: float(rooms) for name, rooms in self._rooms.items()}
        self._takings = _shares(takings, 1 - SITES_OF_REVENUE)
        visitors = {site.site_id: site.weight for site in sites}
        self._visitors = _shares(visitors, 1.0)
        self._takings |= _shares(visitors, SITES_OF_REVENUE)
        mixed = sum(self._visitors[each.site_id] * each.foreign_share for each in sites)
        whole = FOREIGN / ARRIVALS
        self._foreign = {each.site_id: each.foreign_share / mixed * whole for each in sites}
        self._where = {name: name.split("-")[1] for name in self._rooms}
        self._where |= {site.site_id: site.district for site in sites}
        roster = list(self._duties(world))
        chances = sum(duty.kind == "complaint" for duty in roster)
        super().__init__(world, roster, len(roster) - chances * (1 - COMPLAINT_CHANCE))

    def _duties(self, world: World) -> list[Duty]:
        where = self._where
        counts = [
            Duty("arrival", where[each], each, hour) for each in self._sites for hour in COUNTED_AT
        ]
        stays = [
            Duty("stay", where[each], each, STAYS_AT[n % len(STAYS_AT)])
            for n, each in enumerate(self._rooms)
        ]
        takings = [
            Duty("revenue", where[each], each, REVENUE_AT[n % len(REVENUE_AT)])
            for n, each in enumerate(where)
        ]
        districts = sorted(world.units.codes)
        said = [Duty("complaint", code, code, hour) for code in districts for hour in COMPLAINTS_AT]
        return [*counts, *stays, *takings, *said]

    def is_due(self, duty: Duty, day: int, rng: Random) -> bool:  # noqa: ARG002
        """Every day; complaints now and then."""
        return duty.kind != "complaint" or rng.random() < COMPLAINT_CHANCE

    def fields(self, duty: Duty, day: int, rng: Random) -> dict[str, Any]:
        """See RosterSimulator."""
        share = day_share(_EPOCH + timedelta(days=day))
        noise = rng.lognormvariate(-_NOISE * _NOISE / 2, _NOISE)
        if duty.kind == "arrival":
            mean = ARRIVALS * self._visitors[duty.reporter] * share * COUNTED_AT[duty.hour]
            return self._arrival(duty.reporter, mean * noise, rng)
        if duty.kind == "stay":
            return self._stay(duty.reporter, share * 365 * noise, rng)
        if duty.kind == "revenue":
            amount = REVENUE_VND * self._takings[duty.reporter] * share * noise
            return {"business_id": duty.reporter, "amount_vnd": round(amount / 1000) * 1000}
        return {"subject": SUBJECTS.draw(rng)}

    def _arrival(self, site_id: str, mean: float, rng: Random) -> dict[str, Any]:
        total = int(mean + rng.random())
        foreign = min(total, int(mean * self._foreign[site_id] + rng.random()))
        return {"site_id": site_id, "domestic": total - foreign, "foreign": foreign}

    def _stay(self, lodging_id: str, liveliness: float, rng: Random) -> dict[str, Any]:
        """``liveliness`` is 1 on a mean day of the year; a full house stays full."""
        rooms = self._rooms[lodging_id]
        occupied = int(rooms * min(0.97, 0.42 * liveliness**0.7) + rng.random())
        guests = int(occupied * GUESTS_A_ROOM * rng.uniform(0.4, 0.9))
        nights = sum(STAYED.draw(rng) for _ in range(guests))
        return {
            "lodging_id": lodging_id,
            "rooms_available": rooms,
            "rooms_occupied": min(occupied, rooms),
            "guests": guests,
            "nights": nights,
        }


def _rooms(world: World, lodgings: int, districts: list[str]) -> dict[str, int]:
    """Lodging -> rooms; where it stands is drawn from ``districts``, which may repeat."""
    rng = generator(world.seed, "tourism", "lodgings")
    drawn = [rng.choice(districts) for _ in range(lodgings)]
    return {
        f"lt-{district}-{number:03d}": max(3, round(rng.lognormvariate(2.3, 0.7)))
        for number, district in enumerate(drawn)
    }


def _shares(weights: dict[str, float], whole: float) -> dict[str, float]:
    total = sum(weights.values())
    return {name: whole * each / total for name, each in weights.items()}
