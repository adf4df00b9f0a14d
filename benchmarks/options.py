"""The options of the command line."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"


@dataclass(frozen=True)
class Options:
    """How much to measure; ``events`` are those of a worker's run, ``minutes`` the total limit."""

    events: int = 500_000
    runs: int = 3
    minutes: float = 14.5
    rates: tuple[int, ...] = (1_000, 5_000, 20_000, 40_000, 60_000, 80_000, 100_000, 120_000)
    seconds: float = 14.0
    """At each rate."""
    is_quick: bool = False
    on_apache: bool = False
    """Whether the chain runs on Apache Kafka: the embedded broker slows down as its log grows."""
    peers_python: Path = PEERS_PYTHON


QUICK = {
    "events": 100_000,
    "runs": 1,
    "minutes": 4.0,
    "seconds": 9.0,
    "rates": (1_000, 5_000, 20_000),
    "is_quick": True,
}
