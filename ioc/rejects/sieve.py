"""Separates the rejects worth resending from the others, and counts what becomes of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from clickhouse_connect.driver.client import Client
from rich.console import Console

from contracts.feed import Feed
from contracts.messages import MINUTE_S
from contracts.settings import RETRACTION_REACH_H
from contracts.topics import changelog_topic
from ioc.rejects.candidates import Reject
from ioc.rejects.fitness import Fit, Fitness
from ioc.rejects.standing import Standing
from sinks.schema.event_table import table_name
from streams.panes.fold import PaneKey, fold
from streams.verdicts.contract import Refusal

MINUTE_CLOSED = "minute_closed"
"""Counted beside the reasons: the worker has dropped the minute's pane because of its age."""


@dataclass
class Tally:
    """Counts of one feed; ``refused`` by the reason for which an event would be refused again.

    ``late_by_feed``: lateness had to be judged by the newest event of the whole feed.
    """

    feed: str
    replayed_before: int
    archived: int = 0
    repeated: int = 0
    sent: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    late_by_feed: bool = False

    @property
    def rejects(self) -> int:
        """The number of rejects examined."""
        return (
            self.replayed_before + self.archived + self.repeated + self.sent + self.refused.total()
        )

    def sentence(self, *, dry_run: bool) -> str:
        """All counts in words."""
        refused = ", ".join(f"{reason} {count:,}" for reason, count in self.refused.most_common())
        return (
            f"{self.feed}: {self.rejects:,} found, {self.replayed_before:,} replayed before, "
            f"{self.archived:,} archived already, {self.repeated:,} of the same event as another, "
            f"{self.sent:,} {'would be sent' if dry_run else 'sent'}, "
            f"{self.refused.total():,} still refused{f' ({refused})' if refused else ''}"
        )


def print_tally(tally: Tally, console: Console, *, dry_run: bool) -> None:
    """Print the counts and notes needed to read them."""
    lines = [tally.sentence(dry_run=dry_run)]
    if MINUTE_CLOSED in tally.refused:
        lines.append(
            f"  {MINUTE_CLOSED}: the worker no longer holds the minute of these events, and would "
            "put a new count in the place of the whole one"
        )
    if tally.late_by_feed:
        lines.append(
            "  too_late was judged by the newest event of the feed where that of the partition is "
            "not known"
        )
    for line in lines:
        console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)


ARCHIVED = """
SELECT DISTINCT toString(event_id) FROM {table}
WHERE district IN %(districts)s AND kind IN %(kinds)s
    AND occurred_at >= fromUnixTimestamp64Milli(%(first_ms)s)
    AND occurred_at <= fromUnixTimestamp64Milli(%(last_ms)s)
    AND event_id IN %(ids)s
"""

PANES = """
SELECT DISTINCT district, intDiv(toUnixTimestamp(pane), 60) AS minute FROM panes
WHERE feed = %(feed)s AND (district, minute) IN %(keys)s
"""

HELD = """
SELECT substring(key, position(key, '|')) AS entry FROM state FINAL
WHERE table_topic = %(topic)s AND NOT deleted AND entry IN %(entries)s
"""
"""Keys of the worker's table are JSON strings: ``"<partition>|pane|<district>|<minute>"``."""


def archived_ids(client: Client, feed: Feed, fits: Sequence[Fit]) -> set[str]:
    """The ids of those events that are archived already."""
    if not fits:
        return set()
    times_ms = [round(fit.time_s * 1000) for fit in fits]
    rows = client.query(
        ARCHIVED.replace("{table}", table_name(feed.name)),
        parameters={
            "districts": tuple({fit.event["district"] for fit in fits}),
            "kinds": tuple({fit.event["kind"] for fit in fits}),
            "ids": tuple(fit.event_id for fit in fits),
            "first_ms": min(times_ms),
            "last_ms": max(times_ms),
        },
    ).result_rows
    return {event_id for (event_id,) in rows}


def closed_minutes(
    client: Client, feed: Feed, standing: Standing, fits: Sequence[Fit]
) -> set[PaneKey]:
    """The panes that these events would change but the worker has dropped because of their age.

    The worker would start such a pane anew, and emit it in place of the whole one. This happens
    after IOC_LATENESS_H was raised beyond the panes kept so far. Panes of the last 24 hours are
    never dropped.
    """
    open_since = standing.feed_newest_ms // 1000 // MINUTE_S - RETRACTION_REACH_H * 60
    keys = tuple(key for fit in fits for key in touched(feed, fit) if key[1] < open_since)
    if not keys:
        return set()
    emitted = client.query(PANES, parameters={"feed": feed.name, "keys": keys}).result_rows
    by_entry = {
        f'|pane|{district}|{minute}"': (str(district), int(minute)) for district, minute in emitted
    }
    if not by_entry:
        return set()
    stored = client.query(
        HELD, parameters={"topic": changelog_topic(feed.name), "entries": tuple(by_entry)}
    ).result_rows
    return set(by_entry.values()) - {by_entry[entry] for (entry,) in stored}


def touched(feed: Feed, fit: Fit) -> set[PaneKey]:
    """The panes that an event changes."""
    return set(fold(feed, [fit.event], [fit.time_s], []))


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
