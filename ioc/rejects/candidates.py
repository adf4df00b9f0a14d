"""The rejects that may be sent again, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from contracts.replays import LogPosition
from ioc.rejects.choice import CHOSEN, Choice

PAGE = 1_000
"""Rejects that are checked, sent and noted together; limits the memory of their bytes."""

LOGS = """
SELECT topic, generation, partition, max(offset) FROM chosen
GROUP BY topic, generation, partition ORDER BY topic, generation, partition
"""

COUNTS = """
SELECT count(), countIf((feed, topic, generation, partition, offset) IN
    (SELECT feed, topic, generation, partition, offset FROM reject_replays))
FROM chosen
"""

NEXT = """
SELECT offset, reason, length(raw) AS size, if(size > {max_bytes:UInt64}, '', raw) AS content
FROM chosen
WHERE topic = {topic:String} AND generation = {generation:UInt32}
    AND partition = {partition:UInt16} AND offset >= {first:UInt64} AND offset <= {last:UInt64}
    AND (feed, topic, generation, partition, offset) NOT IN
        (SELECT feed, topic, generation, partition, offset FROM reject_replays)
ORDER BY offset LIMIT {page:UInt32}
"""


@dataclass(frozen=True, slots=True)
class Reject:
    """A rejected event of a feed; ``raw`` is empty if ``size`` exceeds the limit for events."""

    topic: str
    log_position: LogPosition
    reason: str
    size: int
    raw: bytes


@dataclass(frozen=True)
class Candidates:
    """Rejects of one feed that have not been replayed; ``max_bytes`` limits those read whole."""

    client: Client
    choice: Choice
    max_bytes: int

    def counts(self) -> tuple[int, int]:
        """Number of rejects, and of those replayed before."""
        rows = self.client.query(CHOSEN + COUNTS, self.choice.parameters).result_rows
        return int(rows[0][0]), int(rows[0][1])

    def pages(self) -> Iterator[list[Reject]]:
        """The rejects that exist at the first call, in the order of their logs.

        A replayed event that is refused again becomes a reject with a greater offset, and is left
        out.
        """
        for log in self.client.query(CHOSEN + LOGS, self.choice.parameters).result_rows:
            topic, generation, partition, last = log
            first = 0
            while page := self._page(topic, int(generation), int(partition), first, int(last)):
                yield page
                first = page[-1].log_position.offset + 1

    def _page(
        self, topic: str, generation: int, partition: int, first: int, last: int
    ) -> list[Reject]:
        bounds = {
            "topic": topic,
            "generation": generation,
            "partition": partition,
            "first": first,
            "last": last,
            "max_bytes": self.max_bytes,
            "page": PAGE,
        }
        rows = self.client.query(
            CHOSEN + NEXT, self.choice.parameters | bounds, column_formats={"content": "bytes"}
        ).result_rows
        return [
            Reject(
                topic, LogPosition(generation, partition, int(offset)), reason, int(size), content
            )
            for offset, reason, size, content in rows
        ]
