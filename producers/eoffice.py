"""Simulated documents of the e-office: incoming ones to process, outgoing ones, revocations."""

from contracts.messages import iso
from producers.calendar import OFFICE, WORKING_DAY_S, add_working, due_after
from producers.districts import characters
from producers.drawing import Weighted
from producers.lives import Life, LifeSimulator
from producers.simulator import LATE_S, World

PER_DAY = 1_500
PROVINCIAL = 0.3
INCOMING = 0.58
EVENTS_EACH = 1.58
"""Mean number of events of a document: incoming ones are also completed."""
ELECTRONIC = 0.95
REVOKED = 0.007
REVOKED_WITHIN_S = (300, 21_000)
LONGEST_DAYS = 26
LATEST_OVERRUN = 1.5

URGENCIES = Weighted.of({0: 0.80, 1: 0.12, 2: 0.05, 3: 0.02, 4: 0.01})
LIMIT_HOURS = {1: 16, 2: 8, 3: 2, 4: 4}
"""Urgency -> office hours to complete a document; ordinary documents have whole working days."""
ORDINARY_DAYS = Weighted.of({3: 0.3, 5: 0.4, 7: 0.2, 10: 0.1})


class EofficeSimulator(LifeSimulator):
    """Documents from registration to completion or revocation."""

    name = "eoffice"
    life_s = LONGEST_DAYS * 86_400 + LATE_S
    history_h = 120.0
    natural_rate = PER_DAY * EVENTS_EACH / 86_400
    shape = OFFICE

    def __init__(self, world: World) -> None:
        seat_code = world.units.seat.code
        local = (1 - PROVINCIAL) * PER_DAY
        births = {code: share * local for code, share in world.units.shares.items()}
        births[seat_code] += PROVINCIAL * PER_DAY
        super().__init__(world, births)
        self._characters = characters(world.seed, world.units)
        self._offices = {unit.code: f"ubnd-{unit.slug}" for unit in world.units.districts}
        self._agencies = Weighted.of({agency.slug: 1.0 for agency in world.reference.agencies})
        self._provincial = {seat_code: PROVINCIAL * PER_DAY / births[seat_code]}

    def live(self, life: Life) -> None:
        """Registration, then completion (incoming) or, rarely, revocation."""
        rng = life.rng
        is_provincial = rng.random() < self._provincial.get(life.district, 0.0)
        agency = self._agencies.draw(rng) if is_provincial else self._offices[life.district]
        is_incoming = rng.random() < INCOMING
        life.common = {
            "document_id": f"vb-{life.district}-{life.item}",
            "agency": agency,
            "urgency": URGENCIES.draw(rng),
            "electronic": rng.random() < ELECTRONIC,
            "received_at": iso(life.born_ms),
            "direction": "incoming" if is_incoming else "outgoing",
        }
        is_revoked = rng.random() < REVOKED
        if is_incoming:
            self._incoming(life, is_revoked=is_revoked)
        else:
            self._outgoing(life, is_revoked=is_revoked)

    def _incoming(self, life: Life, *, is_revoked: bool) -> None:
        rng = life.rng
        urgency = life.common["urgency"]
        hours = LIMIT_HOURS.get(urgency, 8 * ORDINARY_DAYS.draw(rng))
        if urgency:
            due_ms = add_working(life.born_ms, hours * 3600)
        else:
            due_ms = due_after(life.born_ms, hours // 8)
        limit = {"due_at": iso(life.when(due_ms))}
        life.add("received", life.born_ms, limit)
        if is_revoked:
            _revoke(life, {})
        elif rng.random() < self._characters[life.district].on_time:
            worked = hours * 3600 * rng.betavariate(1.6, 2.4)
            life.add("completed", add_working(life.born_ms, worked), limit)
        else:
            overrun = min(rng.lognormvariate(-1.0, 0.8), LATEST_OVERRUN)
            life.add("completed", add_working(due_ms + 1, overrun * WORKING_DAY_S), limit)

    def _outgoing(self, life: Life, *, is_revoked: bool) -> None:
        signed = {"signed": life.rng.random() < self._characters[life.district].signed}
        life.add("issued", life.born_ms, signed)
        if is_revoked:
            _revoke(life, signed)


def _revoke(life: Life, fields: dict[str, bool]) -> None:
    seconds = life.rng.uniform(*REVOKED_WITHIN_S)
    life.add("revoked", life.born_ms + int(seconds * 1000), fields)
