"""Simulated dossiers of administrative procedures.

Magnitudes after the province's figures of the first nine months of 2023: 281,165 received in 263
days, 4.5 % open at the end, 12.3 % of those at provincial level and 1.6 % of those below.
"""

from contracts.messages import iso
from producers.calendar import OFFICE, add_working, due_after
from producers.closing import closing_ms
from producers.districts import Character, characters
from producers.drawing import Weighted
from producers.lives import Life, LifeSimulator
from producers.procedures import LEVELS, PROCEDURES, PROVINCE, Offices, Procedure
from producers.simulator import LATE_S, World

PER_DAY = 1_070
EVENTS_EACH = 2.5
"""Events of a dossier on average, measured over a fortnight."""
LONGEST_DAYS = 40

UNANSWERED = {True: 0.10, False: 0.004}
"""Provincial level or not -> share of dossiers whose applicant never hands in what is missing.
These stay open, and explain most of the dossiers open at the end of the nine months.
"""
SUPPLEMENTED = 0.031
RETURNED = 0.02
RATED = 0.35
ANSWER_DAYS = 30
EXTRA_DAYS = 3
PAID_AT_ONCE = 0.6
PAPER = Weighted.of({1: 0.88, 3: 0.12})
ONLINE = 2
RATINGS = Weighted.of({5: 0.62, 4: 0.25, 3: 0.09, 2: 0.025, 1: 0.015})
MINUTE_MS = 60_000


class DossierSimulator(LifeSimulator):
    """Dossiers from reception to result and payment."""

    name = "dossier"
    life_s = LONGEST_DAYS * 86_400 + LATE_S
    history_h = 240.0
    natural_rate = PER_DAY * EVENTS_EACH / 86_400
    shape = OFFICE

    def __init__(self, world: World) -> None:
        shares = world.units.shares
        super().__init__(world, {code: share * PER_DAY for code, share in shares.items()})
        self._characters = characters(world.seed, world.units)
        self._offices = Offices(world.units, world.reference.agencies)

    def live(self, life: Life) -> None:
        """Reception; sometimes a request for more papers; a result, or the dossier is returned."""
        rng = life.rng
        procedure = PROCEDURES[LEVELS.draw(rng)].draw(rng)
        character = self._characters[life.district]
        due_ms = due_after(life.born_ms, procedure.days)
        self._receive(life, procedure, character, due_ms)
        pays = procedure.fee_vnd > 0
        if pays and rng.random() < PAID_AT_ONCE:
            _pay(life, procedure, character, life.born_ms + rng.randrange(1, 30) * MINUTE_MS)
            pays = False
        at_ms = max(life.born_ms + 30 * MINUTE_MS, add_working(life.born_ms, 0))
        if rng.random() < UNANSWERED[procedure.level == PROVINCE]:
            _ask(life, at_ms, due_after(at_ms, ANSWER_DAYS))
            return
        days: float = procedure.days
        if rng.random() < SUPPLEMENTED:
            due_ms = due_after(at_ms, procedure.days + EXTRA_DAYS)
            _ask(life, at_ms, due_ms)
            days += EXTRA_DAYS
        is_on_time = rng.random() < character.on_time
        close_ms = closing_ms(rng, at_ms, due_ms, days, is_on_time=is_on_time)
        if rng.random() < RETURNED:
            life.add("returned", close_ms, {})
            return
        if pays:
            _pay(life, procedure, character, close_ms)
        _resolve(life, character, close_ms, due_ms)

    def _receive(self, life: Life, procedure: Procedure, character: Character, due_ms: int) -> None:
        rng = life.rng
        is_online = rng.random() < character.online
        life.common = {
            "dossier_id": f"hs-{life.district}-{life.item}",
            "procedure": procedure.code,
            "sector": procedure.sector,
            "level": procedure.level,
            "agency": self._offices.handling(procedure, life.district),
            "received_at": iso(life.born_ms),
        }
        fields = {
            "channel": ONLINE if is_online else PAPER.draw(rng),
            "due_at": iso(life.when(due_ms)),
            "fee_vnd": procedure.fee_vnd,
        }
        life.add("received", life.born_ms, fields)


def _ask(life: Life, at_ms: int, due_ms: int) -> None:
    life.add("supplement_requested", at_ms, {"due_at": iso(life.when(due_ms))})


def _pay(life: Life, procedure: Procedure, character: Character, at_ms: int) -> None:
    is_online = life.rng.random() < character.online_payment
    life.add("paid", at_ms, {"fee_vnd": procedure.fee_vnd, "paid_online": is_online})


def _resolve(life: Life, character: Character, at_ms: int, due_ms: int) -> None:
    rng = life.rng
    life.add(
        "resolved",
        at_ms,
        {
            "due_at": iso(life.when(due_ms)),
            "digitised": rng.random() < character.digitised,
            "rating": RATINGS.draw(rng) if rng.random() < RATED else None,
        },
    )
