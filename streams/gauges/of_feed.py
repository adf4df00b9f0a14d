"""The state of all gauges of a feed in one partition."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import orjson

from contracts.events.event import Checked
from contracts.feed import Feed
from contracts.indicators.formulas import HOUR_S
from contracts.indicators.gauges import (
    Gauge,
    HourlyHistory,
    LatestFigures,
    LatestStates,
    LatestTotals,
    OpenItems,
    Presence,
    Reporting,
    Silence,
)
from contracts.indicators.parts import Parts
from contracts.messages import GaugeCorrectionRow
from contracts.reference.province import Reference
from streams.gauges.hourly import HourlyHistoryState
from streams.gauges.keys import SHAPES_KEY, keys_of, renamed, require_same, shapes
from streams.gauges.latest import LatestStatesState, LatestTotalsState
from streams.gauges.latest_figures import LatestFiguresState
from streams.gauges.open_items import OpenItemsState
from streams.gauges.senders import PresenceState, ReportingState, SilenceState
from streams.gauges.state import GaugeState, Writes

CLOSED_KEPT = 3
"""Closed items are kept for this multiple of the lateness: a backlog may come in any order."""


def state_of(gauge: Gauge, reference: Reference, lateness_s: float) -> GaugeState:
    """The state of a declared gauge, before any event."""
    match gauge:
        case OpenItems():
            return OpenItemsState(gauge, CLOSED_KEPT * lateness_s)
        case HourlyHistory():
            return HourlyHistoryState(gauge)
        case LatestStates():
            return LatestStatesState(gauge, gauge.known(reference))
        case LatestTotals():
            return LatestTotalsState(gauge, gauge.known(reference), gauge.whole(reference))
        case LatestFigures():
            return LatestFiguresState(gauge)
        case Silence():
            return SilenceState(gauge, gauge.known(reference))
        case Reporting():
            return ReportingState(gauge, gauge.known(reference))
        case Presence():
            return PresenceState(gauge, gauge.known(reference))


class FeedGauges:
    """The gauge states of a feed; entry keys are ``<key of the gauge>|<key within its state>``.

    Raises ChangedGaugesError if the entries lack one of the gauges.
    """

    def __init__(
        self, feed: Feed, reference: Reference, lateness_s: float, entries: Mapping[str, bytes]
    ) -> None:
        require_same(feed, entries)
        keys = keys_of(feed)
        self._states = {
            f"{key}|": state_of(gauge, reference, lateness_s)
            for key, gauge in zip(keys, feed.gauges, strict=True)
        }
        self._owed = self._taken_over(shapes(feed), keys, entries)
        self._touched: dict[str, set[str]] = defaultdict(set)
        self._emitted: dict[str, Parts] = {}
        self._hour = 0
        held = {**entries, **{key: payload for key, payload in self._owed.items() if payload}}
        for prefix, state in self._states.items():
            state.load(
                {
                    key.removeprefix(prefix): payload
                    for key, payload in held.items()
                    if key.startswith(prefix)
                }
            )

    def _taken_over(
        self, shapes_now: bytes, keys: Sequence[str], entries: Mapping[str, bytes]
    ) -> Writes:
        """Writes that migrate the entries to the current gauges, stored with the next batch."""
        if entries.get(SHAPES_KEY) == shapes_now:
            return {}
        writes: Writes = {}
        for old, new in renamed(entries, keys).items():
            writes |= {new: entries[old], old: None}
        for gone in set(orjson.loads(entries.get(SHAPES_KEY, b"[]"))) - set(keys):
            writes |= dict.fromkeys(key for key in entries if key.startswith(f"{gone}|"))
        # Written last: after a crash before it, the migration starts again.
        return writes | {SHAPES_KEY: shapes_now}

    def fold(
        self, events: Sequence[Checked], times_s: Sequence[float], positions: Sequence[int]
    ) -> None:
        """Take in checked events."""
        for prefix, state in self._states.items():
            self._touched[prefix].update(state.fold(events, times_s, positions))

    def expire(self, newest_s: float) -> None:
        """Drop data that no accepted event can change any more."""
        for prefix, state in self._states.items():
            self._touched[prefix].update(state.expire(newest_s))

    def correct(self, correction: GaugeCorrectionRow) -> bool:
        """Apply the recount of a gauge; return whether anything changed."""
        prefix = f"{correction['gauge']}|"
        state = self._states.get(prefix)
        if state is None:
            return False
        touched = {
            key
            for item, held, value in correction["items"]
            for key in state.correct(correction["district"], item, held, value)
        }
        self._touched[prefix].update(touched)
        return bool(touched)

    def take_writes(self) -> Writes:
        """The entries that changed since the last call."""
        touched, self._touched = self._touched, defaultdict(set)
        owed, self._owed = self._owed, {}
        return owed | {
            prefix + key: self._states[prefix].entry(key)
            for prefix, keys in touched.items()
            for key in sorted(keys)
        }

    def unheard(self) -> dict[str, Parts]:
        """District -> its gauge parts before its first event."""
        return _by_district(state.unheard() for state in self._states.values())

    def take_changed(self, watermark_s: float) -> dict[str, Parts]:
        """District -> gauge parts, for districts whose parts changed since the last call.

        Gives all districts once per hour of event time, or the topic's retention would delete
        gauges that do not change.
        """
        hour = int(watermark_s) // HOUR_S
        if hour != self._hour:
            self._hour = hour
            self._emitted.clear()
        current = _by_district(state.parts(watermark_s) for state in self._states.values())
        changed = {
            district: parts
            for district, parts in current.items()
            if parts != self._emitted.get(district)
        }
        self._emitted.update(changed)
        return changed


def _by_district(parts_of_gauges: Iterable[Mapping[str, Parts]]) -> dict[str, Parts]:
    together: dict[str, Parts] = defaultdict(dict)
    for parts_of_gauge in parts_of_gauges:
        for district, parts in parts_of_gauge.items():
            together[district].update(parts)
    return dict(together)
