"""What a scenario is: a past that is told from beginning to end, the same each time."""

from collections.abc import Iterator
from typing import Protocol

from contracts.reference.province import Reference
from producers.replay.event import ReplayEvent


class Scenario(Protocol):
    """A fixed population of events of one feed."""

    @property
    def name(self) -> str:
        """The name that it is called by."""

    @property
    def feed(self) -> str:
        """The feed that its events belong to."""

    def total(self, reference: Reference) -> int:
        """The number of its events in the province of ``reference``."""

    def events(self, reference: Reference) -> Iterator[ReplayEvent]:
        """Its events, in order of the time they occurred at; the same bytes in every process."""
