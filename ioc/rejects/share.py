"""How many events were rejected lately, and how many of them nobody could process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.messages import Reason
from sinks.schema.event_table import table_name

LAST_DAY = """
SELECT feed, count() FROM rejects FINAL
WHERE reason = {reason:String} AND rejected_at > now64(3) - INTERVAL 1 DAY
    AND (feed, topic, generation, partition, offset) NOT IN
    (SELECT feed, topic, generation, partition, offset FROM reject_replays)
GROUP BY feed ORDER BY feed
"""


def unprocessable(client: Client) -> Mapping[str, int]:
    """Feed -> number of unprocessable events of the last 24 h, for feeds that have any."""
    rows = client.query(LAST_DAY, parameters={"reason": Reason.UNPROCESSABLE}).result_rows
    return {str(feed): int(count) for feed, count in rows}


FEWEST = 20
"""With fewer events a share says nothing."""


@dataclass(frozen=True)
class RejectShare:
    """Events of a feed archived and rejected in the last hour; duplicates are not counted."""

    archived: int
    rejected: int
    top_reason: str

    @property
    def share(self) -> float | None:
        """The rejected events' share (0-1); None where there are fewer than 20 events."""
        events = self.archived + self.rejected
        return self.rejected / events if events >= FEWEST else None

    def is_over(self, limit: float) -> bool:
        """Whether the share is above the limit (0-1)."""
        return self.share is not None and self.share > limit


def reject_shares(client: Client, feeds: Sequence[Feed]) -> Mapping[str, RejectShare]:
    """The share of each feed that has an archive."""
    rejected: dict[str, list[tuple[str, int]]] = {}
    for feed, reason, count in client.query(
        "SELECT feed, reason, count() AS events FROM rejects FINAL"
        " WHERE rejected_at > now64(3) - INTERVAL 1 HOUR AND reason != {duplicate:String}"
        " GROUP BY feed, reason ORDER BY events DESC, reason",
        parameters={"duplicate": Reason.DUPLICATE},
    ).result_rows:
        rejected.setdefault(feed, []).append((reason, int(count)))
    archived = archived_since(client, feeds, 3_600)
    return {
        feed: RejectShare(
            count,
            sum(number for _, number in rejected.get(feed, ())),
            rejected[feed][0][0] if feed in rejected else "",
        )
        for feed, count in archived.items()
    }


def archived_since(client: Client, feeds: Sequence[Feed], seconds: float) -> Mapping[str, int]:
    """Number of events that each feed's archive received in the last seconds, if it has one.

    Counted without FINAL, which would read the whole archive: an event that was written twice
    counts twice until ClickHouse merges the rows, too little to show in any share here.
    """
    exist = client.query("SELECT name FROM system.tables WHERE database = currentDatabase()")
    tables = {name for (name,) in exist.result_rows}
    counts = [
        f"SELECT '{feed.name}' AS feed, count() AS events FROM {table_name(feed.name)}"  # noqa: S608 - names of the registry
        " WHERE archived_at > now64(3) - toIntervalMillisecond({ms:UInt64})"
        for feed in feeds
        if table_name(feed.name) in tables
    ]
    if not counts:
        return {}
    rows = client.query(" UNION ALL ".join(counts), parameters={"ms": int(seconds * 1000)})
    return {feed: int(count) for feed, count in rows.result_rows}
