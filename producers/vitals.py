"""Vitals of a producers' process: its metrics, its progress, its readiness."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from contracts import metrics
from contracts.metrics import Family
from contracts.vitals import Standing
from producers.publisher import Publisher


class Run(Protocol):
    """A feed's run, as far as its vitals need it."""

    feed: str
    sent: int

    @property
    def reached_s(self) -> float:
        """The publication time that it has reached, in seconds since 1970."""


class ProducerVitals:
    """Reads the runs and the publisher. Used by other threads."""

    def __init__(self, runs: Sequence[Run], publisher: Publisher) -> None:
        self._runs, self._publisher = runs, publisher

    def standings(self) -> Mapping[str, Standing]:
        """When Kafka acknowledged the last message, and how many messages are unacknowledged."""
        publisher = self._publisher
        return {"publishing": Standing(publisher.progressed_s, publisher.pending)}

    def unready(self) -> str | None:
        """See Vitals."""
        return None if self._publisher.is_connected else "no message could be sent yet"

    def collect(self) -> Iterator[Family]:
        """Metrics from the runs' counters."""
        produced, reached = metrics.PRODUCED.family(), metrics.REACHED.family()
        for run in self._runs:
            produced.add_metric((run.feed,), run.sent)
            reached.add_metric((run.feed,), run.reached_s)
        pending = metrics.PENDING.family()
        pending.add_metric((), self._publisher.pending)
        yield from (produced, reached, pending)
