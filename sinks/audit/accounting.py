"""Accounts for every published event: published = archived + rejected + duplicates."""

from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from sinks.audit.cut import Cut
from sinks.audit.statement import EPOCH, instant, rows

IDS_AT_ONCE = 4_000_000
"""Most event ids that a query holds in memory; larger sets are processed share by share."""


@dataclass(frozen=True)
class Account:
    """The outcome of a feed's events; ``missing``, ``unarchived`` and ``double`` are faults.

    ``missing`` counts offsets that are neither accepted nor rejected, ``double`` those that are
    both. ``unarchived`` counts accepted events that are not in the archive, ``again`` repeated
    acceptances of one event. ``by_log`` pairs each log with its number of known offsets; these
    include blank offsets, which do not count as published.
    """

    published: int = 0
    archived: int = 0
    rejected: int = 0
    duplicates: int = 0
    late: int = 0
    missing: int = 0
    unarchived: int = 0
    double: int = 0
    again: int = 0
    by_log: tuple[tuple[int, int], ...] = ()
    buckets: int = 1

    @property
    def is_clean(self) -> bool:
        """Whether every event is accounted for exactly once."""
        return not (self.missing or self.unarchived or self.double)


def account(client: Client, feed: str, cut: Cut) -> Account:
    """Account for the logs of a cut. Raises ClickHouseError."""
    if not cut.logs:
        return Account()
    counted = [tuple(map(int, row)) for row in rows(client, "places", feed, cut.lists())]
    _, accepted, refused, repeated, known, blank = (
        map(sum, zip(*counted, strict=True)) if counted else (0,) * 6
    )
    offsets = sum(log.published for log in cut.logs)
    buckets = 1 + accepted // IDS_AT_ONCE
    positioned, archived, late = _ids(client, feed, cut, buckets)
    return Account(
        published=offsets - blank,
        archived=archived,
        rejected=refused - repeated,
        duplicates=repeated + max(0, accepted - positioned),
        late=late,
        missing=offsets - known,
        unarchived=positioned - archived,
        double=accepted + refused + blank - known,
        again=max(0, accepted - positioned),
        by_log=tuple((log, each) for log, _, _, _, each, _ in counted),
        buckets=buckets,
    )


def _ids(client: Client, feed: str, cut: Cut, buckets: int) -> tuple[int, int, int]:
    """Distinct events by position, and how many of them are archived, and came late."""
    total = [0, 0, 0]
    for bucket in range(buckets):
        for since in dict.fromkeys((cut.accounted_since or EPOCH, EPOCH)):
            ((positioned, archived, late),) = rows(
                client, "ids", feed, cut.lists(),
                buckets=buckets, bucket=bucket, since=instant(since),
            )  # fmt: skip
            if positioned == archived:  # else some were archived earlier, and sent again
                break
        for index, number in enumerate((positioned, archived, late)):
            total[index] += int(number)
    return total[0], total[1], total[2]
