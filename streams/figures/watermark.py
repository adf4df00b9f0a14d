"""How far a feed is, from what its partitions tell. Pure."""

from typing import NamedTuple

from contracts.messages import ProgressRow, parse_iso


class Told(NamedTuple):
    """What a partition told last; times in milliseconds since 1970.

    ``limit_ms`` is how far its watermark could be, were it to follow the clock at once.
    """

    version: int
    watermark_ms: int
    newest_ms: int
    limit_ms: int


NOTHING = Told(-1, 0, 0, 0)


class FeedWatermark:
    """Takes the progress of partitions, in the order of the log; again does no harm.

    What events have said stays said. What a worker's clock has said goes back where a later row was
    made by an earlier clock: then that clock was wrong before.
    """

    def __init__(self) -> None:
        self._told: dict[int, Told] = {}
        self._reached_ms = 0

    def put(self, row: ProgressRow) -> None:
        """Take what a partition tells; one in which nothing was accepted yet has no watermark."""
        held = self._told.get(row["partition"], NOTHING)
        watermark_ms = parse_iso(row["watermark"])
        if not watermark_ms or row["version"] < held.version:
            return
        newest_ms = parse_iso(row["newest"])
        limit_ms = max(newest_ms, parse_iso(row["emitted_at"]))
        watermark_ms = min(max(watermark_ms, held.watermark_ms), limit_ms)
        self._told[row["partition"]] = Told(row["version"], watermark_ms, newest_ms, limit_ms)

    @property
    def reached_ms(self) -> int:
        """The least watermark of the partitions; 0 before any.

        It doesn't go back where one is heard from late.
        """
        least_ms = min((told.watermark_ms for told in self._told.values()), default=0)
        limit_ms = max((told.limit_ms for told in self._told.values()), default=0)
        self._reached_ms = max(least_ms, min(self._reached_ms, limit_ms))
        return self._reached_ms

    @property
    def all_came_to_ms(self) -> int:
        """What every partition has come to, by its newest event or its watermark; 0 before any."""
        came_to = (max(told.watermark_ms, told.newest_ms) for told in self._told.values())
        return min(came_to, default=0)

    @property
    def newest_event_ms(self) -> int:
        """When the newest event of all occurred, which no clock has a say in; 0 before any."""
        return max((told.newest_ms for told in self._told.values()), default=0)
