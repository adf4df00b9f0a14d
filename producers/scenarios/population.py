"""A population of dossiers that meets quotas exactly, and otherwise resembles the simulator's."""

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, exp
from random import Random

from contracts.reference.units import Units
from producers.calendar import DAY_S, add_working, at_second, due_after, local_day
from producers.closing import closing_ms
from producers.districts import characters
from producers.dossier import (
    ANSWER_DAYS,
    EXTRA_DAYS,
    MINUTE_MS,
    ONLINE,
    PAID_AT_ONCE,
    PAPER,
    RATED,
    RATINGS,
    SUPPLEMENTED,
)
from producers.drawing import Weighted
from producers.procedures import Procedure, procedures_of
from producers.scenarios.choosing import choose
from producers.scenarios.dossiers import Dossier
from producers.scenarios.quotas import Quota
from producers.scenarios.receptions import Receptions

INTAKE_S = 1_800
"""Office hours, in seconds, until work on a dossier begins."""

MOST_PAID_ONLINE = 0.85
"""Share (0-1) of the dossiers with a fee that may be paid online: some people always pay at the
counter. If the quota of online payments needs more dossiers with a fee than the simulator's
procedures have, there are as many as this share requires: below the province, the published 99,022
of 205,017 dossiers could not be reached by the 40 % that have a fee in the simulator.
"""

UNANSWERED_DAYS = 60
"""Days after which one in e (2.7) unanswered dossiers is still open."""


class Population:
    """Draws the dossiers of one group after another from one generator."""

    def __init__(self, rng: Random, units: Units, seed: int, receptions: Receptions) -> None:
        self._rng = rng
        self._receptions = receptions
        self._districts = Weighted.of(units.shares)
        self._characters = characters(seed, units)

    def of(self, quota: Quota) -> list[Dossier]:
        """The dossiers of a group. Raises ValueError if the quota can't be met."""
        dossiers = self._received(quota)
        for dossier in dossiers:
            self._resolve(dossier)
        self._leave_open(dossiers, quota.received - quota.resolved)
        self._pay(dossiers, quota.paid_online)
        return dossiers

    def _received(self, quota: Quota) -> list[Dossier]:
        rng = self._rng
        districts = [self._districts.draw(rng) for _ in range(quota.received)]
        weights = [self._characters[code].online for code in districts]
        online = set(choose(rng, weights, quota.received_online))
        procedures = self._procedures(quota)
        dossiers = []
        for number, (district, procedure) in enumerate(zip(districts, procedures, strict=True)):
            is_online = number in online
            at_ms = self._receptions.draw(rng, is_online=is_online)
            channel = ONLINE if is_online else PAPER.draw(rng)
            begun_ms = add_working(at_ms, INTAKE_S)
            due_ms = _due(local_day(at_ms), procedure.days)
            dossiers.append(Dossier(district, procedure, channel, at_ms, begun_ms, due_ms))
        return dossiers

    def _procedures(self, quota: Quota) -> list[Procedure]:
        """A procedure for each dossier; enough of them with a fee."""
        rng = self._rng
        paid = procedures_of(quota.levels, with_fee=True)
        free = procedures_of(quota.levels, with_fee=False)
        usual = round(quota.received * paid.steps[-1] / (paid.steps[-1] + free.steps[-1]))
        with_fee = max(usual, ceil(quota.paid_online / MOST_PAID_ONLINE))
        chosen = set(choose(rng, [1.0] * quota.received, with_fee))
        return [(paid if n in chosen else free).draw(rng) for n in range(quota.received)]

    def _resolve(self, dossier: Dossier) -> None:
        """Sometimes a request for more papers; then a result, if it comes within the period."""
        rng, end_ms = self._rng, self._receptions.end_ms
        character = self._characters[dossier.district]
        days, due_ms = dossier.procedure.days, dossier.due_ms
        if rng.random() < SUPPLEMENTED and dossier.begun_ms <= end_ms:
            days += EXTRA_DAYS
            due_ms = dossier.extended_ms = _due(local_day(dossier.begun_ms), days)
        is_on_time = rng.random() < character.on_time
        at_ms = closing_ms(rng, dossier.begun_ms, due_ms, days, is_on_time=is_on_time)
        if at_ms <= end_ms:
            dossier.resolved_ms = at_ms
            dossier.digitised = rng.random() < character.digitised
            dossier.rating = RATINGS.draw(rng) if rng.random() < RATED else None

    def _leave_open(self, dossiers: Sequence[Dossier], quota: int) -> None:
        """Besides those in progress at the end, leave open those whose papers never arrive."""
        closed = [dossier for dossier in dossiers if dossier.resolved_ms]
        in_hand = len(dossiers) - len(closed)
        ages = [(self._receptions.end_ms - each.received_ms) / 1000 / DAY_S for each in closed]
        weights = [exp(-age / UNANSWERED_DAYS) for age in ages]
        for index in choose(self._rng, weights, quota - in_hand):
            closed[index].extended_ms = _due(local_day(closed[index].begun_ms), ANSWER_DAYS)
            closed[index].resolved_ms = 0

    def _pay(self, dossiers: Sequence[Dossier], quota: int) -> None:
        """Fees are paid when the dossier is handed in or when its result is collected."""
        rng, end_ms = self._rng, self._receptions.end_ms
        for dossier in dossiers:
            if dossier.procedure.fee_vnd:
                at_ms = dossier.received_ms + rng.randrange(1, 30) * MINUTE_MS
                is_at_once = rng.random() < PAID_AT_ONCE and add_working(at_ms, 0) <= end_ms
                dossier.paid_ms = at_ms if is_at_once else dossier.resolved_ms
        payers = [dossier for dossier in dossiers if dossier.paid_ms]
        weights = [self._characters[each.district].online_payment for each in payers]
        for index in choose(rng, weights, quota):
            payers[index].paid_online = True
        for payer in payers:
            if not payer.paid_online and payer.paid_ms != payer.resolved_ms:
                payer.paid_ms = add_working(payer.paid_ms, 0)  # when the counter is open


@lru_cache(maxsize=8_192)
def _due(day: int, days: int) -> int:
    return due_after(at_second(day, 0), days)
