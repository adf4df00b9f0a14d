"""How far a feed is, from what its partitions tell. Pure."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from contracts.messages import ProgressRow, parse_iso


class Told(NamedTuple):
    """What a partition told last; times in milliseconds since 1970.

    ``limit_ms`` is how far a watermark could be by events and clock; beyond it, a clock was wrong.
    """

    upto: int
    watermark_ms: int
    newest_ms: int
    limit_ms: int


NOTHING = Told(-1, 0, 0, 0)


class FeedWatermark:
    """Takes the progress of partitions, in the order of the log; again does no harm.

    What events have said stays said. What a worker's clock has said goes back where a later row was
    made by an earlier clock: then that clock was wrong before.

    A partition that has been more than ``laggard_s`` behind the middle one of all for longer than
    that is left out, so that the others' figures go on; it counts again once it has caught up.
    """

    def __init__(self, laggard_s: float = math.inf) -> None:
        self._laggard_ms = laggard_s * 1000
        self._told: dict[int, Told] = {}
        self._behind_since_ms: dict[int, int] = {}
        self._left_out: set[int] = set()
        self._reached_ms = 0

    def put(self, row: ProgressRow) -> None:
        """Take what a partition tells; one in which nothing was accepted yet has no watermark."""
        held = self._told.get(row["partition"], NOTHING)
        watermark_ms = parse_iso(row["watermark"])
        if not watermark_ms or row["version"] < held.upto:
            return
        newest_ms, clock_ms = parse_iso(row["newest"]), parse_iso(row["emitted_at"])
        limit_ms = max(newest_ms, clock_ms)
        if held.watermark_ms <= limit_ms:
            watermark_ms = max(watermark_ms, held.watermark_ms)
        self._told[row["partition"]] = Told(row["version"], watermark_ms, newest_ms, limit_ms)
        self._look_for_laggards(clock_ms)

    def _look_for_laggards(self, clock_ms: int) -> None:
        watermarks = sorted(told.watermark_ms for told in self._told.values())
        least_ms = watermarks[len(watermarks) // 2] - self._laggard_ms
        since_ms = self._behind_since_ms
        self._behind_since_ms = {
            partition: min(since_ms.get(partition, clock_ms), clock_ms)
            for partition, told in self._told.items()
            if told.watermark_ms < least_ms
        }
        self._left_out = {
            partition
            for partition, since in self._behind_since_ms.items()
            if clock_ms - since > self._laggard_ms
        }

    def _counted(self) -> Iterable[Told]:
        return (told for partition, told in self._told.items() if partition not in self._left_out)

    @property
    def reached_ms(self) -> int:
        """The least watermark of the partitions; 0 before any.

        It doesn't go back where one is heard from late.
        """
        least_ms = min((told.watermark_ms for told in self._counted()), default=0)
        limit_ms = max((told.limit_ms for told in self._told.values()), default=0)
        if self._reached_ms > limit_ms:
            self._reached_ms = least_ms
        self._reached_ms = max(least_ms, self._reached_ms)
        return self._reached_ms

    @property
    def all_came_to_ms(self) -> int:
        """What every partition has come to, by its newest event or its watermark; 0 before any."""
        came_to = (max(told.watermark_ms, told.newest_ms) for told in self._counted())
        return min(came_to, default=0)

    @property
    def newest_event_ms(self) -> int:
        """When the newest event of all occurred, which no clock has a say in; 0 before any."""
        return max((told.newest_ms for told in self._told.values()), default=0)
