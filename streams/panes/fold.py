"""Folds checked events into one-minute panes. Pure; the order of events does not matter."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from operator import attrgetter
from typing import TypeAlias

from contracts.events.event import Checked
from contracts.events.sequences import picked, places_of
from contracts.feed import Feed
from contracts.indicators.parts import Part, Parts, merge_part
from contracts.messages import MINUTE_S
from streams.panes.retractions import Retractions

PaneKey: TypeAlias = tuple[str, int]
"""District code, and the pane's start in minutes since 1970."""

EVENTS, LATE = "events", "late"
"""Parts of every feed: the count of a pane's events, and of those that came late."""

_district, _kind = attrgetter("district"), attrgetter("kind")


class _Groups(dict[PaneKey, int]):
    """Numbers panes in the order of their first use."""

    def __missing__(self, key: PaneKey) -> int:
        number = self[key] = len(self)
        return number


class PaneFold:
    """Accumulates what events add to their panes."""

    def __init__(self, feed: Feed, retractions: Retractions | None = None) -> None:
        self._feed = feed
        self._retractions = retractions or Retractions(feed, {}, 0.0)
        self._groups = _Groups()
        self._events: Counter[int] = Counter()
        self._late: Counter[int] = Counter()
        self._tallies = {
            kind: [measure.tally() for measure in measures]
            for kind, measures in feed.measures_by_kind.items()
        }
        self._retracted: dict[PaneKey, Parts] = defaultdict(dict)

    def add(self, events: Sequence[Checked], times_s: Sequence[float], late: Sequence[int]) -> None:
        """Take in events.

        ``times_s`` holds their ``occurred_at`` in seconds since 1970, side by side with ``events``.
        ``late`` holds the indices of late events.
        """
        groups = self._groups_of(list(map(_district, events)), times_s)
        self._events.update(groups)
        self._late.update([groups[index] for index in late])
        for kind, places in places_of(list(map(_kind, events))).items():
            self._add_kind(kind, picked(events, places), picked(groups, places))

    def _groups_of(self, districts: Sequence[str], times_s: Sequence[float]) -> Sequence[int]:
        minute = int(min(times_s)) // MINUTE_S
        if int(max(times_s)) // MINUTE_S == minute:  # true for most blocks: a look-up per district
            of_district = {code: self._groups[code, minute] for code in set(districts)}
            return [of_district[code] for code in districts]
        minutes = [int(time_s) // MINUTE_S for time_s in times_s]
        return list(map(self._groups.__getitem__, zip(districts, minutes, strict=True)))

    def _add_kind(self, kind: str, events: Sequence[Checked], groups: Sequence[int]) -> None:
        for tally in self._tallies.get(kind, ()):
            tally.take(events, groups)
        if self._feed.retractions_of(kind):
            for event in events:
                for district, minute, part, count in self._retractions.take(event):
                    _add(self._retracted[district, minute], part, count)

    def deltas(self) -> dict[PaneKey, Parts]:
        """The parts that all events add to each pane."""
        by_group: dict[int, Parts] = {n: {EVENTS: count} for n, count in self._events.items()}
        for tallies in self._tallies.values():
            for tally in tallies:
                for group, part in tally.parts().items():
                    _add(by_group[group], tally.measure.part, part)
        for group, count in self._late.items():
            _add(by_group[group], LATE, count)
        deltas = {key: by_group[group] for key, group in self._groups.items()}
        for key, parts in self._retracted.items():
            for name, part in parts.items():
                _add(deltas.setdefault(key, {}), name, part)
        return deltas


def fold(
    feed: Feed,
    events: Sequence[Checked],
    times_s: Sequence[float],
    late: Sequence[int],
    retractions: Retractions | None = None,
) -> dict[PaneKey, Parts]:
    """What these events alone add to each pane; see ``PaneFold.add``."""
    panes = PaneFold(feed, retractions)
    panes.add(events, times_s, late)
    return panes.deltas()


def _add(parts: Parts, name: str, part: Part) -> None:
    if part:
        held = parts.get(name)
        parts[name] = part if held is None else merge_part(held, part)
