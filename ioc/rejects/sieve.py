"""Separates the rejects worth resending from the others."""

from collections.abc import Sequence
from typing import NamedTuple

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from ioc.rejects.candidates import Reject
from ioc.rejects.fitness import Fit, Fitness
from ioc.rejects.kept import archived_ids, closed_minutes, touched
from ioc.rejects.report import MINUTE_CLOSED, Tally
from ioc.rejects.standing import Standing
from streams.verdicts.contract import Refusal


class Sifted(NamedTuple):
    """Events to send, and rejects that repeat one of them and need no sending."""

    fits: Sequence[Fit]
    repeated: Sequence[Reject]


class Sieve:
    """Sifts the rejects of one feed, page by page, and counts the outcomes in ``tally``."""

    def __init__(
        self, client: Client, feed: Feed, standing: Standing, fitness: Fitness, tally: Tally
    ) -> None:
        self._client = client
        self._feed = feed
        self._standing = standing
        self._fitness = fitness
        self._tally = tally
        self._seen: set[str] = set()

    def sift(self, rejects: Sequence[Reject]) -> Sifted:
        """Those that would be accepted, are not archived yet, and don't repeat an earlier one."""
        return self._first_of_each(self._open(self._unarchived(self._fit(rejects))))

    def _fit(self, rejects: Sequence[Reject]) -> list[Fit]:
        fits = []
        for verdict in self._fitness.judge(rejects):
            if isinstance(verdict, Refusal):
                self._tally.refused[verdict.reason] += 1
            else:
                fits.append(verdict)
        return fits

    def _unarchived(self, fits: Sequence[Fit]) -> list[Fit]:
        archived = archived_ids(self._client, self._feed, fits)
        kept = [fit for fit in fits if fit.event_id not in archived]
        self._tally.archived += len(fits) - len(kept)
        return kept

    def _open(self, fits: Sequence[Fit]) -> list[Fit]:
        closed = closed_minutes(self._client, self._feed, self._standing, fits)
        kept = [fit for fit in fits if not closed or closed.isdisjoint(touched(self._feed, fit))]
        if len(kept) < len(fits):
            self._tally.refused[MINUTE_CLOSED] += len(fits) - len(kept)
        return kept

    def _first_of_each(self, fits: Sequence[Fit]) -> Sifted:
        first: list[Fit] = []
        repeated: list[Reject] = []
        for fit in fits:
            if fit.event_id in self._seen:
                repeated.append(fit.reject)
            else:
                self._seen.add(fit.event_id)
                first.append(fit)
        self._tally.repeated += len(repeated)
        return Sifted(first, repeated)
