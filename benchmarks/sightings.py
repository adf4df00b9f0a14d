"""The times at which events became readable in ClickHouse, in the archive and in figures.

A reader asks again and again for the newest place of each partition in the archive, and for the
number of vehicles of each district over 24 hours. Events of a partition are inserted in the order
of its log, and a district lies in one partition: the n-th vehicle of a district is readable when
its count says n. An event counts as seen when the answer of a query has come that was sent after
the insert, which puts the figures up by as much as the pause between queries and a query's own
time; both times are of this machine's one clock, and ``occurred_at`` is whole milliseconds.
"""

import math
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clickhouse_connect.driver.client import Client

PAUSE_S = 0.02
NEWEST = """
SELECT partition, max(offset) FROM events_traffic
WHERE occurred_at >= fromUnixTimestamp64Milli({since_ms:Int64}) GROUP BY partition
"""
COUNTED = """
SELECT district, numerator FROM indicator_latest
WHERE indicator = 'traffic.flow' AND horizon_s = 86400 AND numerator IS NOT NULL
"""
VEHICLES_BEFORE = """
SELECT district, count() FROM events_traffic FINAL
WHERE kind = 'detection' AND occurred_at < fromUnixTimestamp64Milli({since_ms:Int64})
GROUP BY district
"""
EVENTS = """
SELECT partition, district, kind, offset, toUnixTimestamp64Milli(occurred_at)
FROM events_traffic FINAL WHERE occurred_at >= fromUnixTimestamp64Milli({since_ms:Int64})
ORDER BY partition, offset
"""
Seen = dict[Any, list[tuple[int, float]]]
"""Partition or district -> greatest readable numbers with times (ms since 1970), ascending."""


@dataclass
class Sightings:
    """The answers of the queries."""

    places: Seen = field(default_factory=lambda: defaultdict(list))
    counts: Seen = field(default_factory=lambda: defaultdict(list))

    def look(self, connection: Client, since_ms: int) -> None:
        """Query once. ``since_ms`` only limits the rows to read."""
        parameters = {"since_ms": since_ms}
        _note(self.places, connection.query(NEWEST, parameters=parameters).result_rows)
        _note(self.counts, connection.query(COUNTED).result_rows)

    def look_until(self, connection: Client, since_ms: int, done: Callable[[], bool]) -> None:
        """Query repeatedly, and once more after ``done``."""
        is_last = False
        while not is_last:
            is_last = done()
            self.look(connection, since_ms)
            time.sleep(PAUSE_S)

    def readable(self) -> int:
        """The number of records of all partitions up to the newest ones seen."""
        return sum(seen[-1][0] + 1 for seen in self.places.values())

    def counts_reach(self, targets: Mapping[str, int]) -> bool:
        """Whether the newest figures seen have reached these numbers of vehicles by district."""
        return all(
            self.counts[district] and self.counts[district][-1][0] >= target
            for district, target in targets.items()
        )


@dataclass(frozen=True)
class Archived:
    """An event as the archive has it; ``number`` counts the vehicles of its district, from 1.

    ``at_ms`` is when it occurred, in milliseconds since 1970; no vehicle has the number None.
    """

    partition: int
    district: str
    offset: int
    at_ms: int
    number: int | None


def archived_since(connection: Client, since_ms: int) -> list[Archived]:
    """The events since then, in the order of their logs.

    Those before must all have been published before any of these.
    """
    given = {"since_ms": since_ms}
    before = connection.query(VEHICLES_BEFORE, parameters=given).result_rows
    numbers: dict[str, int] = defaultdict(int, {str(code): int(count) for code, count in before})
    found = []
    for partition, district, kind, offset, at_ms in connection.query(
        EVENTS, parameters=given
    ).result_rows:
        is_vehicle = kind == "detection"
        numbers[district] += is_vehicle
        number = numbers[district] if is_vehicle else None
        found.append(Archived(partition, district, offset, at_ms, number))
    return found


@dataclass(frozen=True)
class Latency:
    """An event's time (ms since 1970), and the seconds until it was readable."""

    at_ms: float
    seconds: float


def _note(seen: Seen, rows: Sequence[Sequence[Any]]) -> None:
    now_ms = time.time() * 1000
    for place, number in rows:
        if not seen[place] or int(number) > seen[place][-1][0]:
            seen[place].append((int(number), now_ms))


def latencies(sightings: Sightings, events: Sequence[Archived]) -> list[Latency]:
    """The latencies of events in the archive."""
    return [
        each
        for event in events
        for each in _latency(sightings.places[event.partition], event.offset, event.at_ms)
    ]


def figure_latencies(sightings: Sightings, events: Sequence[Archived]) -> list[Latency]:
    """The latencies of vehicles in the figures."""
    return [
        each
        for event in events
        if event.number is not None
        for each in _latency(sightings.counts[event.district], event.number, event.at_ms)
    ]


def _latency(seen: Sequence[tuple[int, float]], number: int, at_ms: float) -> list[Latency]:
    place = bisect_left(seen, (number, 0.0))
    if place == len(seen):
        return []
    return [Latency(at_ms, (seen[place][1] - at_ms) / 1000)]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0-1) of the ascending values do not exceed."""
    return values[max(0, math.ceil(len(values) * share) - 1)]


def percentiles(found: Sequence[Latency], name: str) -> Mapping[str, float]:
    """p50, p99 and p99.9 in seconds; empty without findings."""
    if not found:
        return {}
    ascending = sorted(each.seconds for each in found)
    shares = (0.5, 0.99, 0.999)
    return {f"{name} p{share * 100:g} s": percentile(ascending, share) for share in shares}
