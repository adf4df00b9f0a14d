"""Open and overdue items."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import orjson
from sortedcontainers import SortedList

from contracts.events.event import Checked
from contracts.indicators.gauges import OVERDUE_BY, OpenItems
from contracts.indicators.parts import Parts
from contracts.time.instants import epoch_ms
from streams.gauges.state import GaugeState, encoded

DISTRICT = "@"
"""Prefix of the key of a district's entry; no item's id begins with it."""


@dataclass(slots=True)
class Item:
    """The state of an item. Times are milliseconds since 1970.

    ``opened_ms`` and ``closed_ms`` are the times of the latest opening and closing (0: none yet),
    ``by`` and ``district`` belong to that opening. ``due_ms`` is the due time named by the latest
    event that named one, at ``due_at_ms``. The times of events only grow, so events may come in any
    order and more than once.
    """

    district: str
    opened_ms: int = 0
    closed_ms: int = 0
    due_ms: int = 0
    due_at_ms: int = 0
    by: str = ""
    latest_ms: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it was opened, and not closed at that time or later."""
        return self.opened_ms > self.closed_ms

    @property
    def is_known(self) -> bool:
        """Whether an opening or closing is remembered; a due time alone does not count."""
        return bool(self.opened_ms or self.closed_ms)

    def entry(self) -> bytes:
        """Its fields as a JSON array, in order."""
        return encoded(astuple(self))


class OpenItemsState(GaugeState):
    """Keeps open items, and each closed item until ``retention_s`` after its last event.

    ``latest_ms`` dates that last event by its own time, or by the newest event that arrived before
    it if that is later. An opening or closing older than the retention says nothing about an
    unknown item: it may repeat an event of an item that was closed and forgotten. An opening after
    a closing reopens the item, whether the closing is known or forgotten.
    """

    def __init__(self, gauge: OpenItems, retention_s: float) -> None:
        self._gauge = gauge
        self._retention_ms = int(retention_s * 1000)
        self._items: dict[str, Item] = {}
        self._closed: SortedList = SortedList()
        self._districts: set[str] = set()
        self._newest_ms = 0
        self._due: dict[str, dict[str, SortedList]] = defaultdict(lambda: defaultdict(SortedList))

    def load(self, entries: Mapping[str, bytes]) -> None:
        """See GaugeState."""
        self._districts = {key[1:] for key in entries if key.startswith(DISTRICT)}
        for id_, payload in entries.items():
            if id_.startswith(DISTRICT):
                continue
            item = self._items[id_] = Item(*orjson.loads(payload))
            self._enter(id_, item)

    def fold(
        self,
        events: Sequence[Checked],
        times_s: Sequence[float],
        positions: Sequence[int],  # noqa: ARG002 - an item's fields only grow
    ) -> Iterable[str]:
        """See GaugeState."""
        newest_ms = self._newest_ms
        relevant = []
        for event, time_s in zip(events, times_s, strict=True):
            if self._concerns(event):
                relevant.append((event, newest_ms))
            newest_ms = max(newest_ms, int(time_s * 1000))
        self._newest_ms = newest_ms
        ids = {str(event[self._gauge.item]) for event, _ in relevant}
        for id_ in ids:
            if id_ in self._items:
                self._leave(id_, self._items[id_])
        for event, newest_before_ms in relevant:
            self._take(event, newest_before_ms)
        ids &= self._items.keys()
        for id_ in ids:
            self._enter(id_, self._items[id_])
        heard = {str(event["district"]) for event, _ in relevant} - self._districts
        self._districts |= heard
        return [*(DISTRICT + code for code in heard), *ids]

    def _concerns(self, event: Checked) -> bool:
        gauge = self._gauge
        return event["kind"] in gauge.opens or event["kind"] in gauge.closes or gauge.due in event

    def _take(self, event: Checked, newest_before_ms: int) -> None:
        gauge = self._gauge
        id_ = str(event[gauge.item])
        item, at_ms = self._items.get(id_), epoch_ms(event["occurred_at"])
        if item is not None and self._is_forgotten(item, newest_before_ms):
            item = None
        if event["kind"] in (*gauge.opens, *gauge.closes):
            is_old = at_ms < newest_before_ms - self._retention_ms
            if is_old and (item is None or not item.is_known):
                return
        if item is None:
            item = self._items[id_] = Item(event["district"])
        item.latest_ms = max(item.latest_ms, at_ms, newest_before_ms)
        if event["kind"] in gauge.opens:
            by = str(event[gauge.by]) if gauge.by else ""
            item.opened_ms, item.by, item.district = max(
                (item.opened_ms, item.by, item.district), (at_ms, by, event["district"])
            )
        if event["kind"] in gauge.closes:
            item.closed_ms = max(item.closed_ms, at_ms)
        due = event.get(gauge.due)
        if due is not None:
            item.due_at_ms, item.due_ms = max((item.due_at_ms, item.due_ms), (at_ms, epoch_ms(due)))

    def _is_forgotten(self, item: Item, newest_ms: int) -> bool:
        """Whether ``expire`` would drop the item now: batch boundaries must make no difference."""
        return not item.is_open and item.latest_ms < newest_ms - self._retention_ms

    def _enter(self, id_: str, item: Item) -> None:
        if item.is_open:
            self._due[item.district][item.by].add(item.due_ms)
        else:
            self._closed.add((item.latest_ms, id_))

    def _leave(self, id_: str, item: Item) -> None:
        if item.is_open:
            self._due[item.district][item.by].remove(item.due_ms)
        else:
            self._closed.remove((item.latest_ms, id_))

    def expire(self, newest_s: float) -> Iterable[str]:
        """See GaugeState."""
        self._newest_ms = max(self._newest_ms, int(newest_s * 1000))
        before_ms = int(newest_s * 1000) - self._retention_ms
        gone = []
        while self._closed and self._closed[0][0] < before_ms:
            _, id_ = self._closed.pop(0)
            del self._items[id_]
            gone.append(id_)
        return gone

    def correct(self, district: str, item: str, held: Any, value: Any) -> Iterable[str]:
        """See GaugeState. A value holds the fields of an Item."""
        there = self._items.get(item)
        if (None if there is None else list(astuple(there))) != held:
            return ()
        if there is not None:
            self._leave(item, self._items.pop(item))
        if value is not None:
            self._items[item] = Item(*value)
            self._enter(item, self._items[item])
        self._districts.add(district)
        return (item, DISTRICT + district)

    def entry(self, key: str) -> bytes | None:
        """See GaugeState. The entry of an item is a JSON array of Item's fields.

        Every district with events has an entry too: its gauge is 0, not "no data".
        """
        if key.startswith(DISTRICT):
            return b"[]"
        item = self._items.get(key)
        return None if item is None else item.entry()

    def parts(self, watermark_s: float) -> dict[str, Parts]:
        """See GaugeState."""
        now_ms = int(watermark_s * 1000)
        by_district: dict[str, Parts] = {}
        for district in self._districts:
            kinds = self._due.get(district, {})
            overdue = {by: due.bisect_left(now_ms) for by, due in kinds.items()}
            parts: Parts = {
                "open": sum(len(due) for due in kinds.values()),
                "overdue": sum(overdue.values()),
            }
            parts.update(
                {OVERDUE_BY.format(by): overdue.get(by, 0) for by in self._gauge.by_values}
            )
            prefix = self._gauge.prefix
            by_district[district] = {prefix + name: part for name, part in parts.items()}
        return by_district
