"""The scenario seed-2023: events that add up to the figures the province published in 2023.

Dossiers are invented, one by one; only their numbers are real: received, resolved, in process,
received online and paid online, each for the province's agencies and for the districts and
communes. Connections of systems and figures of the digital infrastructure are as published.
"""

from array import array
from collections.abc import Iterator, Sequence

from contracts.reference.province import Reference
from contracts.reference.published import Published, load_published
from producers.drawing import generator
from producers.replay.event import ReplayEvent
from producers.scenarios.dossiers import FEED, Dossier, Teller
from producers.scenarios.population import Population
from producers.scenarios.publication import PLATFORM, REPORT, connections, figures
from producers.scenarios.quotas import quotas
from producers.scenarios.receptions import Receptions

KINDS = ("received", "supplement_requested", "paid", "resolved")
"""The kinds of its events, in their order at the same instant."""
SEED = 2023


class Seed2023:
    """The scenario of published figures (by default the seed's own).

    The first question after a province plans its dossiers, which takes some seconds and 200 MB.
    Raises DataFileError.
    """

    name = "seed-2023"
    feeds = (FEED, PLATFORM, REPORT)

    def __init__(self, published: Published | None = None) -> None:
        self.published = published or load_published()
        self._planned: tuple[Reference, list[Dossier], array[int]] | None = None

    def total(self, reference: Reference, feed: str = FEED) -> int:
        """The number of a feed's events."""
        if feed == FEED:
            return len(self._plan(reference)[1])
        return sum(1 for _ in self.events(reference, feed))

    def events(self, reference: Reference, feed: str = FEED) -> Iterator[ReplayEvent]:
        """A feed's events, in order of the time they occurred at; each is created on demand."""
        if feed == FEED:
            return self._dossiers(reference)
        told = {PLATFORM: connections, REPORT: figures}[feed]
        return told(self.published, reference, self.name, SEED)

    def _dossiers(self, reference: Reference) -> Iterator[ReplayEvent]:
        dossiers, places = self._plan(reference)
        teller = Teller(self.name, SEED, reference)
        for place in places:
            moment, stage = divmod(place, len(KINDS))
            at_ms, number = divmod(moment, len(dossiers))
            yield teller.event(number, dossiers[number], KINDS[stage], at_ms)

    def _plan(self, reference: Reference) -> "tuple[list[Dossier], array[int]]":
        if self._planned is None or self._planned[0] != reference:
            published = self.published
            receptions = Receptions(published.first_day, published.at)
            rng = generator(self.name, SEED)
            population = Population(rng, reference.units, SEED, receptions)
            dossiers = [each for quota in quotas(published) for each in population.of(quota)]
            self._planned = reference, dossiers, _places(dossiers)
        return self._planned[1:]


def _places(dossiers: Sequence[Dossier]) -> "array[int]":
    """Each event as one whole number, in order: its instant, its dossier's number, its kind."""
    count = len(dossiers)
    places = []
    for number, dossier in enumerate(dossiers):
        asked_ms = dossier.begun_ms if dossier.extended_ms else 0
        times = (dossier.received_ms, asked_ms, dossier.paid_ms, dossier.resolved_ms)
        places += [
            (at_ms * count + number) * len(KINDS) + stage
            for stage, at_ms in enumerate(times)
            if at_ms
        ]
    places.sort()
    return array("q", places)
