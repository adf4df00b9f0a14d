"""Simulated petitions of citizens and businesses, and their answers.

About 40 a day from 870,000 people; limits are working days, so weekends and holidays stretch them.
"""

from operator import itemgetter
from typing import Any

from contracts.feeds.petition import PUBLISH_DAYS, REFUSE_DAYS, RESOLVE_DAYS, SUPPLEMENT_DAYS
from contracts.messages import iso
from producers.calendar import WORKING_DAY_S, Shape, add_working, due_after
from producers.closing import closing_ms
from producers.districts import characters
from producers.drawing import Weighted
from producers.lives import Life, LifeSimulator
from producers.simulator import LATE_S, World

PER_DAY = 40
CITY_WEIGHT = 1.8
"""How much more likely people in the province's seat are to write than people elsewhere."""
EVENTS_EACH = 4.3
"""Mean number of events of a petition, measured over a quarter."""
LONGEST_DAYS = 60

REFUSED, SUPPLEMENTED, RATED = 0.07, 0.09, 0.38
LATE_TO_REFUSE = 0.06
LATE_TO_PUBLISH = 0.08
RATED_WITHIN_S = 72 * 3600
BUSINESS = 0.16
CHANNELS = Weighted.of(
    {"portal": 0.42, "app": 0.27, "hotline": 0.15, "office": 0.1, "social": 0.06}
)
PROMPT = Weighted.of({5: 0.46, 4: 0.31, 3: 0.14, 2: 0.06, 1: 0.03})
BELATED = Weighted.of({5: 0.08, 4: 0.22, 3: 0.3, 2: 0.22, 1: 0.18})
"""Ratings of answers that came in time, and of others."""

FIELDS = Weighted.of(
    {
        ("dat-dai", "so-tnmt"): 0.2,
        ("giao-thong", "so-gtvt"): 0.17,
        ("moi-truong", "so-tnmt"): 0.15,
        ("do-thi", "so-xay-dung"): 0.12,
        ("an-ninh-trat-tu", "cong-an-tinh"): 0.09,
        ("y-te", "so-y-te"): 0.07,
        ("giao-duc", "so-gddt"): 0.07,
        ("chinh-sach-xa-hoi", "so-ldtbxh"): 0.07,
        ("dau-tu", "so-khdt"): 0.06,
    }
)
"""Field and the competent provincial agency."""
AT_PROVINCE = 0.3

# fmt: off
SENDERS = Shape(
    hours=(0.2, 0.1, 0.1, 0.1, 0.1, 0.3, 0.9, 2.2, 3.6, 3.8, 3.2, 2.4,
           1.4, 2.2, 3.0, 3.0, 2.6, 1.8, 1.4, 1.6, 1.8, 1.5, 0.9, 0.4),
    weekdays=(1.25, 1.15, 1.1, 1.05, 1.05, 0.8, 0.6), day_off=0.4,
)
"""Petitioners: office hours, and evenings at home."""
# fmt: on


class PetitionSimulator(LifeSimulator):
    """Petitions from reception to the answer's rating."""

    name = "petition"
    life_s = LONGEST_DAYS * 86_400 + LATE_S
    history_h = 720.0
    natural_rate = PER_DAY * EVENTS_EACH / 86_400
    shape = SENDERS

    def __init__(self, world: World) -> None:
        city = world.units.seat.code
        weights = {
            code: share * (CITY_WEIGHT if code == city else 1.0)
            for code, share in world.units.shares.items()
        }
        total = sum(weights.values())
        super().__init__(world, {code: PER_DAY * part / total for code, part in weights.items()})
        self._characters = characters(world.seed, world.units)
        self._offices = {unit.code: f"ubnd-{unit.slug}" for unit in world.units.districts}
        self._agencies = {agency.slug for agency in world.reference.agencies}
        self._reception = world.reference.agencies[0].slug

    def live(self, life: Life) -> None:
        """Reception; then refusal, or assignment, sometimes a request for more, and the answer."""
        rng = life.rng
        due_ms = due_after(life.born_ms, RESOLVE_DAYS)
        agency = self._describe(life)
        life.add("received", life.born_ms, {"due_at": iso(life.when(due_ms))})
        opened_ms = add_working(life.born_ms, 0)
        if rng.random() < REFUSED:
            _refuse(life, opened_ms)
            return
        life.common["agency"] = agency
        at_ms = add_working(opened_ms, rng.uniform(0.3, 8) * 3600)
        life.add("assigned", at_ms, {})
        days: float = RESOLVE_DAYS - 1
        if rng.random() < SUPPLEMENTED:
            at_ms = add_working(at_ms, rng.uniform(1, 16) * 3600)
            due_ms = due_after(due_ms, SUPPLEMENT_DAYS)
            life.add("supplement_requested", at_ms, {"due_at": iso(life.when(due_ms))})
            days += SUPPLEMENT_DAYS - 2
        is_on_time = rng.random() < self._characters[life.district].on_time
        answer_ms = closing_ms(rng, at_ms, due_ms, days, is_on_time=is_on_time)
        life.add("answered", answer_ms, {"due_at": iso(life.when(due_ms))})
        after = [_publication(life, answer_ms)]
        if rng.random() < RATED:
            rated_ms = answer_ms + int(rng.uniform(0.02, 1) * RATED_WITHIN_S * 1000)
            after.append(
                (rated_ms, "rated", {"rating": (PROMPT if is_on_time else BELATED).draw(rng)})
            )
        for then_ms, kind, fields in sorted(after, key=itemgetter(0)):
            life.add(kind, then_ms, fields)

    def _describe(self, life: Life) -> str:
        """Set the fields that all its events carry; return the agency that must answer it."""
        rng = life.rng
        field, provincial = FIELDS.draw(rng)
        agency = self._offices[life.district]
        if rng.random() < AT_PROVINCE:
            agency = provincial if provincial in self._agencies else self._reception
        life.common = {
            "petition_id": f"kn-{life.district}-{life.item}",
            "field": field,
            "channel": CHANNELS.draw(rng),
            "sender": "business" if rng.random() < BUSINESS else "citizen",
            "agency": self._reception,
            "received_at": iso(life.born_ms),
        }
        return agency


def _refuse(life: Life, opened_ms: int) -> None:
    due_ms = due_after(life.born_ms, REFUSE_DAYS)
    at_ms = min(add_working(opened_ms, life.rng.uniform(0.5, 14) * 3600), due_ms)
    if life.rng.random() < LATE_TO_REFUSE:
        at_ms = add_working(due_ms + 1, life.rng.uniform(1, 16) * 3600)
    life.add("refused", at_ms, {"due_at": iso(life.when(due_ms))})


def _publication(life: Life, answer_ms: int) -> tuple[int, str, dict[str, Any]]:
    """When the answer is published, and the event's fields."""
    due_ms = due_after(answer_ms, PUBLISH_DAYS)
    at_ms = min(add_working(answer_ms, life.rng.uniform(0.2, 14) * 3600), due_ms)
    if life.rng.random() < LATE_TO_PUBLISH:
        at_ms = add_working(due_ms + 1, life.rng.uniform(0.2, 2) * WORKING_DAY_S)
    return at_ms, "published", {"due_at": iso(life.when(due_ms))}
