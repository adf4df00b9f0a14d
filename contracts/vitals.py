"""What a part of the pipeline reports about its own progress and readiness."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from contracts.metrics import Family


class Standing(NamedTuple):
    """How far one piece of work is: ``done`` changes while it makes progress.

    ``waiting`` is the work left; if it is 0, standing still is no fault.
    """

    done: float
    waiting: int


class Vitals(Protocol):
    """Read by other threads about once a second. Takes no lock and never blocks."""

    def standings(self) -> Mapping[str, Standing]:
        """Every piece of work, by a name that fits "... stands still"."""

    def unready(self) -> str | None:
        """Why it can't work yet, in one sentence; None if it can."""

    def collect(self) -> Iterable[Family]:
        """Metrics that need no counting: they are read on collection."""
