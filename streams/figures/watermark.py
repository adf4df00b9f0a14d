"""The watermark of a feed, from the progress of its partitions. Pure."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from contracts.messages import ProgressRow, parse_iso


class Told(NamedTuple):
    """The last progress of a partition; times in milliseconds since 1970.

    ``limit_ms`` is the greatest watermark that events and clock allow; one beyond it came from a
    wrong clock.
    """

    upto: int
    watermark_ms: int
    newest_ms: int
    limit_ms: int


NOTHING = Told(-1, 0, 0, 0)


class FeedWatermark:
    """Takes progress rows in log order; repeats do no harm.

    A watermark that events support never goes back. One that rests on a worker's clock goes back
    when a later row carries an earlier clock, because the first clock was then wrong.

    A partition that stays more than ``laggard_s`` behind the median for longer than ``laggard_s``
    is left out, and the others' figures go on. It counts again once it has caught up.
    """

    def __init__(self, laggard_s: float = math.inf) -> None:
        self._laggard_ms = laggard_s * 1000
        self._told: dict[int, Told] = {}
        self._behind_since_ms: dict[int, int] = {}
        self._left_out: set[int] = set()
        self._reached_ms = 0

    def put(self, row: ProgressRow) -> None:
        """Take a progress row; ignored if older than the last, or if nothing was accepted yet."""
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
        """The least watermark of the partitions (ms since 1970); 0 before any.

        A partition that is first heard from late does not set it back.
        """
        least_ms = min((told.watermark_ms for told in self._counted()), default=0)
        limit_ms = max((told.limit_ms for told in self._told.values()), default=0)
        if self._reached_ms > limit_ms:
            self._reached_ms = least_ms
        self._reached_ms = max(least_ms, self._reached_ms)
        return self._reached_ms

    @property
    def all_came_to_ms(self) -> int:
        """The time that every partition has reached, by newest event or watermark; 0 before any."""
        came_to = (max(told.watermark_ms, told.newest_ms) for told in self._counted())
        return min(came_to, default=0)

    @property
    def newest_event_ms(self) -> int:
        """When the newest event of the feed occurred, whatever the clocks say; 0 before any."""
        return max((told.newest_ms for told in self._told.values()), default=0)
