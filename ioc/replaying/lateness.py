"""Would a worker refuse events as too late?"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from kafka.partitioner.default import murmur2

from contracts.errors import IocError
from contracts.settings import Settings
from producers.replay.event import ReplayEvent

HOUR_MS = 3_600_000
POSITIVE = 0x7FFFFFFF


@lru_cache(maxsize=4_096)
def partition_of(district: str, partitions: int) -> int:
    """The partition that Kafka's clients send a district's events to, as Java's do."""
    return int(murmur2(district.encode()) & POSITIVE) % partitions


class Gaps:
    """Events that are not archived and would come too late behind what their partition has taken.

    ``newest_ms`` gives the time of the newest archived event by partition, in milliseconds since
    1970. ``oldest`` then holds the time of the oldest of those events by partition, and ``after``
    how many events of the same replay are archived after it.
    """

    def __init__(self, settings: Settings, newest_ms: Mapping[int, int]) -> None:
        self._settings = settings
        self._newest_ms = newest_ms
        self.oldest: dict[int, int] = {}
        self.after: Counter[int] = Counter()

    def take(self, events: Sequence[ReplayEvent], archived: Collection[str]) -> list[str]:
        """Look at events in order of their time; the archived ones that no gap lies before."""
        whole = []
        for event in events:
            partition = partition_of(event.district, self._settings.kafka_partitions)
            if event.event_id not in archived:
                if self._is_too_late(partition, event.at_ms):
                    self.oldest.setdefault(partition, event.at_ms)
            elif event.at_ms > self.oldest.get(partition, event.at_ms):
                self.after[partition] += 1
            else:
                whole.append(event.event_id)
        return whole

    def _is_too_late(self, partition: int, at_ms: int) -> bool:
        newest = self._newest_ms.get(partition, at_ms)
        return newest - at_ms > self._settings.lateness_h * HOUR_MS

    def are_before_others(self, count_after: Callable[[int, int], int]) -> bool:
        """Does one lie before events that are not of this replay?

        ``count_after`` tells the archived events of a partition after a time.
        """
        return any(
            count_after(partition, at_ms) != self.after[partition]
            for partition, at_ms in self.oldest.items()
        )

    def require_none(self) -> None:
        """Raise IocError where there is a gap."""
        if not self.oldest:
            return
        partition, oldest = min(self.oldest.items(), key=lambda gap: gap[1])
        newest = self._newest_ms[partition]
        settings = self._settings
        raise IocError(
            f"nothing was published: the oldest event, of {_utc(oldest)} UTC, lies "
            f"{(newest - oldest) / HOUR_MS:,.0f} h behind one in database "
            f"{settings.clickhouse_database}, of {_utc(newest)} UTC, more than "
            f"IOC_LATENESS_H={settings.lateness_h:g} h, and would be refused as too late: "
            "replay before live events start, or give --into a new name"
        )


def _utc(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M}"
