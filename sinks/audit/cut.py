"""The cut: the offset of each log of a feed up to which all tables can be compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clickhouse_connect.driver.client import Client

from contracts.messages import position
from contracts.settings import Settings
from sinks.audit.statement import instant, integers, rows

MARGIN = timedelta(hours=1)
PARTITION_BITS = 16


@dataclass(frozen=True)
class Log:
    """A partition of a feed's topic in one generation, from offset ``first`` to ``last``."""

    generation: int
    partition: int
    first: int
    last: int

    @property
    def key(self) -> int:
        """Generation and partition as one number, as in the queries."""
        return (self.generation << PARTITION_BITS) | self.partition

    @property
    def published(self) -> int:
        """The number of offsets in the log."""
        return max(0, self.last - self.first + 1)


@dataclass(frozen=True)
class Cut:
    """The logs to account for, and the last settled position of each partition.

    ``accounted_since`` and ``panes_since`` are the times since which offsets and panes are checked;
    None means from the beginning.
    """

    logs: Sequence[Log]
    positions: dict[int, int]
    accounted_since: datetime | None
    panes_since: datetime | None

    def lists(self) -> dict[str, str]:
        """The logs as lists for the queries."""
        return {
            "logs": integers((log.key for log in self.logs), "UInt64"),
            "firsts": integers((log.first for log in self.logs), "Int64"),
            "lasts": integers((log.last for log in self.logs), "Int64"),
        }


@dataclass(frozen=True)
class _Known:
    """A log's last offset by stored progress, and the greatest offset in any table."""

    generation: int
    partition: int
    progressed: int
    known_upto: int


def read_cut(client: Client, settings: Settings, feed: str, since: datetime | None) -> Cut:
    """The cut of a feed now; leaves out times whose rows may have expired.

    A log that has ended, because a broker without storage was restarted, is settled up to its
    greatest known offset. Raises ClickHouseError.
    """
    known = [_Known(*map(int, row)) for row in rows(client, "known", feed)]
    ((now, oldest),) = rows(client, "ages", feed)
    kept_days = min(settings.ttl_events_days, settings.ttl_rejects_days)
    panes_days = min(settings.ttl_events_days, settings.ttl_panes_days)
    accounted_since = still_kept(since, oldest, now, kept_days)
    newest = max((each.generation for each in known), default=0)
    lasts = {
        (each.generation, each.partition): _last(each, newest)
        for each in known
        if each.generation < newest or each.progressed >= -1
    }
    return Cut(
        _logs(client, feed, known, lasts, newest, accounted_since),
        _positions(lasts),
        accounted_since,
        still_kept(since, oldest, now, panes_days),
    )


def still_kept(
    since: datetime | None, oldest: datetime | None, now: datetime, kept_days: int
) -> datetime | None:
    """The time since which all rows are still there; ``since`` if no row can have expired.

    ClickHouse deletes rows at some time after ``kept_days``. If the oldest row is younger than
    that, no row has expired.
    """
    limit = now - timedelta(days=kept_days) + MARGIN
    if oldest is None or oldest >= limit:
        return since
    return limit if since is None else max(since, limit)


def _last(known: _Known, newest: int) -> int:
    if known.generation < newest:
        return max(known.progressed, known.known_upto)
    return known.progressed


def _positions(lasts: dict[tuple[int, int], int]) -> dict[int, int]:
    cuts: dict[int, int] = {}
    for (generation, partition), last in lasts.items():
        cuts[partition] = max(cuts.get(partition, 0), position(generation, 0) + last)
    return cuts


def _logs(
    client: Client,
    feed: str,
    known: Iterable[_Known],
    lasts: dict[tuple[int, int], int],
    newest: int,
    since: datetime | None,
) -> list[Log]:
    if since is None:
        return [Log(*key, 0, last) for key, last in lasts.items()]
    firsts = {
        (int(generation), int(partition)): int(first)
        for generation, partition, first in rows(client, "firsts", feed, since=instant(since))
    }
    # A newest log without rows since then: all processed offsets after the known ones are missing.
    behind = {(each.generation, each.partition): each.known_upto + 1 for each in known}
    return [
        Log(*key, firsts.get(key, behind[key]), last)
        for key, last in lasts.items()
        if key in firsts or key[0] == newest
    ]
