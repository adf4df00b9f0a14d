"""Retractions: each item is taken back once, whatever the order and number of its retractions.

Of several events that retract the same item, the earliest counts (at the same instant, the one with
the smallest id). If it arrives after another one, the effect of the other is undone.
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
    """The number that a retraction adds to a part of a pane."""

    district: str
    minute: int
    part: str
    number: int


class Taken(NamedTuple):
    """The counts retracted for an item, with instant (ms since 1970) and id of the event."""

    at_ms: int
    event_id: str
    district: str
    minute: int
    counts: dict[str, int]

    def changes(self, sign: int) -> Iterator[Change]:
        """The changes to its pane; a sign of -1 undoes them."""
        for part, count in self.counts.items():
            yield Change(self.district, self.minute, part, sign * count)


class Retractions:
    """Retracted items, as table entries ``retracted|<item>``.

    They are kept while another retraction of the item could still count in a pane: until the newest
    event of its unit is ``lateness_s`` and the reach of retractions ahead.
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
        """The changes to earlier panes by an event, and the undoing of a later retraction."""
        for (of_time, item), measures in self._feed.retractions_of(event["kind"]).items():
            then = event[of_time]
            if then is None:
                continue
            at_ms, then_ms = epoch_ms(event["occurred_at"]), epoch_ms(then)
            # Depends on the event alone, so every recount draws the same line.
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
        """Drop items that no event can retract any more, by the newest event time of each unit."""
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
        """The entries that changed since the last call; store them after the panes."""
        touched, self._touched = self._touched, set()
        held = {key: self._taken[key] for key in sorted(touched) if key in self._taken}
        return {key: encoded(tuple(taken)) for key, taken in held.items()}
