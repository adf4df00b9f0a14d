"""What a part of the pipeline tells of itself to whoever asks whether it gets on."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from contracts.metrics import Family


class Standing(NamedTuple):
    """How far one piece of work is: ``done`` changes as long as it gets on.

    ``waiting`` counts what there is to do; where it is 0, standing still is no fault.
    """

    done: float
    waiting: int


class Vitals(Protocol):
    """Read by other threads, about once a second; takes no lock and asks nobody."""

    def standings(self) -> Mapping[str, Standing]:
        """Every piece of work, by a name that fits "... stands still"."""

    def unready(self) -> str | None:
        """Why it can't do its work yet, in one sentence; None where it can."""

    def collect(self) -> Iterable[Family]:
        """The metrics that nobody has to count: they are read when they are asked for."""
