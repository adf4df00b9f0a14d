"""Retractions: each item is taken back once, in whatever order and however often it is said.

Of several events that take the same item back, the earliest counts (of one instant, that of the
smallest id). Where it comes after another one, what that took back is given back.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import orjson

from contracts.events.event import Checked
from contracts.feed import Feed
from contracts.messages import MINUTE_S
from contracts.settings import RETRACTION_REACH_H
from contracts.time.instants import epoch_ms
from streams.gauges.state import Writes, encoded

PREFIX = "retracted|"
MINUTE_MS = MINUTE_S * 1000
REACH_MS = RETRACTION_REACH_H * 3_600_000


class Change(NamedTuple):
    """What a retraction adds to a part of a pane."""

    district: str
    minute: int
    part: str
    number: int


class Taken(NamedTuple):
    """What was taken back of an item, by the event of that instant (ms since 1970) and id."""

    at_ms: int
    event_id: str
    district: str
    minute: int
    counts: dict[str, int]

    def changes(self, sign: int) -> Iterator[Change]:
        """What it adds to its pane; the contrary for a sign of -1."""
        for part, count in self.counts.items():
            yield Change(self.district, self.minute, part, sign * count)


class Retractions:
    """Items that were taken back, as table entries ``retracted|<item>``.

    They are kept as long as an event may come that takes the item back and counts in a pane:
    ``lateness_s`` behind the newest event of its unit.
    """

    def __init__(self, feed: Feed, entries: Mapping[str, bytes], lateness_s: float) -> None:
        self._feed = feed
        self._kept_minutes = RETRACTION_REACH_H * 60 + int(lateness_s) // MINUTE_S + 1
        self._taken = {
            key: Taken(*orjson.loads(payload))
            for key, payload in entries.items()
            if key.startswith(PREFIX)
        }
        self._touched: set[str] = set()
        self._expired_at_s = 0.0

    def take(self, event: Checked) -> Iterator[Change]:
        """What an event takes back from earlier panes, and gives back for a later one."""
        for (of_time, item), measures in self._feed.retractions_of(event["kind"]).items():
            then = event[of_time]
            if then is None:
                continue
            at_ms, then_ms = epoch_ms(event["occurred_at"]), epoch_ms(then)
            # A function of the event alone, so that every recount draws the same line.
            if not 0 <= at_ms - then_ms <= REACH_MS:
                continue
            counts = {each.part: n for each in measures if (n := each.amount(event))}
            if counts:
                event_id, minute = str(event["event_id"]), then_ms // MINUTE_MS
                new = Taken(at_ms, event_id, event["district"], minute, counts)
                yield from self._replace(f"{PREFIX}{event[item]}", new)

    def _replace(self, key: str, new: Taken) -> Iterator[Change]:
        held = self._taken.get(key)
        if held is not None and held[:2] <= new[:2]:
            return
        self._taken[key] = new
        self._touched.add(key)
        yield from new.changes(1)
        if held is not None:
            yield from held.changes(-1)

    def expire(self, newest_s: Mapping[str, float]) -> Writes:
        """Forget what no event can touch any more, by the newest event time of each unit."""
        now_s = max(newest_s.values(), default=0.0)
        if now_s < self._expired_at_s + MINUTE_S:
            return {}
        self._expired_at_s = now_s
        gone = [
            key
            for key, held in self._taken.items()
            if held.minute < newest_s.get(held.district, 0.0) // MINUTE_S - self._kept_minutes
        ]
        for key in gone:
            del self._taken[key]
        return dict.fromkeys(gone)

    def take_writes(self) -> Writes:
        """The entries that changed since the last call. To be stored after the panes."""
        touched, self._touched = self._touched, set()
        held = {key: self._taken[key] for key in sorted(touched) if key in self._taken}
        return {key: encoded(tuple(taken)) for key, taken in held.items()}
