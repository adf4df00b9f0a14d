"""Would a worker refuse events as too late?"""

from collections.abc import Mapping
from datetime import UTC, datetime

from kafka.partitioner.default import murmur2

from contracts.errors import IocError
from contracts.settings import Settings

HOUR_MS = 3_600_000
POSITIVE = 0x7FFFFFFF


def partition_of(district: str, partitions: int) -> int:
    """The partition that Kafka's clients send a district's events to, as Java's do."""
    return int(murmur2(district.encode()) & POSITIVE) % partitions


def require_not_too_late(
    settings: Settings, oldest_ms: Mapping[str, int], newest_ms: Mapping[int, int]
) -> None:
    """Raise IocError where an event would come too late behind what its partition has taken.

    ``oldest_ms`` gives the time of the oldest event to be published by district, ``newest_ms`` that
    of the newest accepted one by partition, in milliseconds since 1970.
    """
    for district, oldest in sorted(oldest_ms.items(), key=lambda item: item[1]):
        newest = newest_ms.get(partition_of(district, settings.kafka_partitions), oldest)
        if newest - oldest > settings.lateness_h * HOUR_MS:
            raise IocError(
                f"nothing was published: the oldest event, of {_utc(oldest)} UTC, lies "
                f"{(newest - oldest) / HOUR_MS:,.0f} h behind one in database "
                f"{settings.clickhouse_database}, of {_utc(newest)} UTC, more than "
                f"IOC_LATENESS_H={settings.lateness_h:g} h, and would be refused as too late: "
                "replay before live events start, or give --into a new name"
            )


def _utc(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M}"
