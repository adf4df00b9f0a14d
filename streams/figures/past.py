"""Hourly figures of a fully archived past; only changed figures give a row. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

from contracts.events.event import Checked
from contracts.feed import Feed
from contracts.indicators.formulas import HOUR_S, Span
from contracts.indicators.indicator import INSTANT_S, Indicator
from contracts.indicators.parts import Parts, merged
from contracts.messages import MINUTE_S, IndicatorRow
from contracts.reference.province import Reference
from streams.figures.rolling import RollingPanes
from streams.figures.rows import Made, indicator_row, window_of
from streams.figures.told import PAST_MINUTES, Told
from streams.figures.view import DAY_MINUTES
from streams.gauges.of_feed import FeedGauges

Item = TypeVar("Item")
HOUR_MS = HOUR_S * 1000
MINUTE_MS = MINUTE_S * 1000


class PastPane(NamedTuple):
    """A pane; ``minute`` counts from 1970."""

    minute: int
    district: str
    parts: Parts


class PastEvent(NamedTuple):
    """An archived event and when it occurred (ms since 1970)."""

    at_ms: int
    event: Checked


class _Ahead(Generic[Item]):
    """An iterator with a look-ahead: ``head`` is the next item, None at the end."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = iter(items)
        self.head = next(self._items, None)

    def next_while(self, holds: Callable[[Item], bool]) -> Iterator[Item]:
        while self.head is not None and holds(self.head):
            yield self.head
            self.head = next(self._items, None)


class Past:
    """Gives the figures of all units, hour by hour and then as of the newest event.

    Rows depend on panes and events alone. The same archive gives the same rows, whatever the order
    and pace in which workers processed its partitions. ``lateness_s`` is that of the settings.
    """

    def __init__(self, feed: Feed, reference: Reference, lateness_s: float, made: Made) -> None:
        self._made = made
        self._province = reference.units.province.code
        self._gauges = FeedGauges(feed, reference, lateness_s, {})
        self._rolling = {code: RollingPanes() for code in reference.units.codes}
        self._instant: dict[str, Parts] = {code: {} for code in reference.units.codes}
        self._instant.update(self._gauges.unheard())
        self._folded = 0
        self._told = Told()
        self.told_gauges: dict[str, Parts] = {}
        """The gauges of each district that has events, as of the last page of rows."""
        self.is_over = False
        """Whether the last page of rows was the one as of the newest event."""
        self._indicators: dict[int, list[tuple[str, Indicator]]] = defaultdict(list)
        for indicator in feed.indicators:
            for horizon_s in indicator.horizons_s:
                self._indicators[horizon_s].append((feed.indicator_id(indicator), indicator))

    @property
    def figures_at_once(self) -> int:
        """How many figures each instant has; the last instant gives a row for every one."""
        return sum(map(len, self._indicators.values())) * len({*self._instant, self._province})

    def figures(
        self, panes: Iterable[PastPane], events: Iterable[PastEvent], newest_ms: int
    ) -> Iterator[list[IndicatorRow]]:
        """One page of rows per full hour since the first event, then one as of the newest event.

        Only changed figures have a row: a figure stays valid until its next row. Once a day all
        figures have one.

        ``panes`` and ``events`` must be in order of time. ``newest_ms`` is the time of the last
        event (ms since 1970). A window includes the whole of its last minute.
        """
        left_panes, left_events = _Ahead(panes), _Ahead(events)
        first = left_events.head
        if first is None:
            return
        for end_ms in range((first.at_ms // HOUR_MS + 1) * HOUR_MS, newest_ms, HOUR_MS):
            self._take(left_panes, left_events, end_ms)
            yield list(self._rows(end_ms, end_ms, self._made))
        last_end_ms = (newest_ms // MINUTE_MS + 1) * MINUTE_MS
        self._take(left_panes, left_events, last_end_ms)
        # One position higher, so that this figure wins where only the newest is kept.
        self.is_over = True
        final = self._made._replace(upto=self._made.upto + 1)
        yield list(self._rows(last_end_ms, newest_ms, final))

    def _take(self, panes: "_Ahead[PastPane]", events: "_Ahead[PastEvent]", end_ms: int) -> None:
        """Add the panes and events before that time, and drop panes older than a day."""
        end_minute = end_ms // MINUTE_MS
        for pane in panes.next_while(lambda pane: pane.minute < end_minute):
            self._rolling.setdefault(pane.district, RollingPanes()).put(pane.minute, pane.parts)
        for rolling in self._rolling.values():
            rolling.drop_before(end_minute - DAY_MINUTES)
        taken = list(events.next_while(lambda told: told.at_ms < end_ms))
        if taken:
            self._fold(taken)

    def _fold(self, taken: Sequence[PastEvent]) -> None:
        positions = range(self._folded, self._folded + len(taken))
        self._folded += len(taken)
        times_s = [told.at_ms / 1000 for told in taken]
        self._gauges.fold([told.event for told in taken], times_s, positions)
        self._gauges.expire(times_s[-1])
        self._gauges.take_writes()  # discarded: nobody stores them, and they would pile up

    def _rows(self, end_ms: int, as_of_ms: int, made: Made) -> Iterator[IndicatorRow]:
        self.told_gauges.update(self._gauges.take_changed(as_of_ms / 1000))
        self._instant.update(self.told_gauges)
        end_minute = end_ms // MINUTE_MS
        for horizon_s, indicators in self._indicators.items():
            all_of_it = self.is_over or self._told.all_are_due(
                horizon_s, end_minute - 1, PAST_MINUTES
            )
            first = end_minute - horizon_s // MINUTE_S
            parts: Mapping[str, Parts] = (
                self._instant
                if horizon_s == INSTANT_S
                else {code: held.window(first, end_minute) for code, held in self._rolling.items()}
            )
            span = Span(end_ms / 1000 - horizon_s, as_of_ms / 1000)
            window = window_of(horizon_s, end_ms, as_of_ms, made)
            province = (self._province, merged(parts.values()))
            districts = sorted(held for held in parts.items() if held[0] != self._province)
            for code, of_unit in chain([province], districts):
                figures = [indicator.formula.figure(of_unit, span) for _, indicator in indicators]
                news = self._told.news(horizon_s, code, end_minute, figures, all_of_it=all_of_it)
                for index in news:
                    yield indicator_row(indicators[index][0], code, window, figures[index])
        self._told.forget_before(end_minute)
