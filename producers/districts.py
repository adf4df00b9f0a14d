"""The character of each district: its speed, its use of online services. Invented and seeded."""

from dataclasses import dataclass

from contracts.reference.units import Units
from producers.drawing import generator

SLOW_ON_TIME = (0.86, 0.90)
"""On-time shares of the two districts that fall behind, so that a ranking has something to show."""


@dataclass(frozen=True)
class Character:
    """Shares (0-1) by which a district differs from its neighbours."""

    on_time: float
    online: float
    online_payment: float
    digitised: float
    signed: float
    negative: float


def characters(seed: int, units: Units) -> dict[str, Character]:
    """District code -> character."""
    codes = sorted(units.codes)
    generator(seed, "slow").shuffle(codes)
    slow = dict(zip(codes, SLOW_ON_TIME, strict=False))
    return {code: _character(seed, code, slow.get(code)) for code in sorted(units.codes)}


def _character(seed: int, code: str, on_time: float | None) -> Character:
    rng = generator(seed, "character", code)
    return Character(
        on_time=rng.uniform(0.94, 0.99) if on_time is None else on_time,
        online=rng.uniform(0.6, 0.9),
        online_payment=rng.uniform(0.25, 0.75),
        digitised=rng.uniform(0.55, 0.95),
        signed=rng.uniform(0.82, 0.97),
        negative=rng.uniform(0.11, 0.19),
    )
