"""Folds checked events into one-minute panes, pure and independent of their order."""

from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter
from typing import TypeAlias

from contracts.event import Checked
from contracts.feed import Feed
from contracts.measures import epoch_ms
from contracts.messages import MINUTE_S
from contracts.parts import Parts, merge_part
from contracts.settings import RETRACTION_REACH_H

PaneKey: TypeAlias = tuple[str, int]
"""District code, and minutes since 1970 of the pane's start."""

EVENTS, LATE = "events", "late"
"""Parts of every feed: events of the pane, and how many of them came behind the watermark."""

_district, _kind = itemgetter("district"), itemgetter("kind")

MINUTE_MS = MINUTE_S * 1000
REACH_MS = RETRACTION_REACH_H * 3_600_000


def fold(
    feed: Feed, events: Sequence[Checked], times_s: Sequence[float], late: Sequence[int]
) -> dict[PaneKey, Parts]:
    """The parts that these events add to each pane they touch.

    ``times_s`` holds their ``occurred_at`` in seconds since 1970, side by side with ``events``;
    ``late`` the indices of those that came behind the watermark.
    """
    groups: dict[tuple[str, int, str], list[Checked]] = defaultdict(list)
    minutes = [int(time_s) // MINUTE_S for time_s in times_s]
    keys = zip(map(_district, events), minutes, map(_kind, events), strict=True)
    for group, event in zip(keys, events, strict=True):
        groups[group].append(event)
    panes: dict[PaneKey, Parts] = defaultdict(dict)
    for (district, minute, kind), members in groups.items():
        parts = panes[district, minute]
        _add(parts, EVENTS, len(members))
        for measure in feed.measures_by_kind.get(kind, ()):
            _add(parts, measure.part, measure.fold(members))
        if kind in feed.retractions_by_kind:
            _retract(feed, kind, members, panes)
    for index in late:
        _add(panes[events[index]["district"], minutes[index]], LATE, 1)
    return panes


def _retract(feed: Feed, kind: str, events: Sequence[Checked], panes: dict[PaneKey, Parts]) -> None:
    """Take back from the panes of the retracted events, where these are not too long ago.

    How far back is a function of the event alone, so that every recount draws the same line.
    """
    for measure in feed.retractions_by_kind[kind]:
        for event in events:
            then = event.get(measure.at)
            if then is None:
                continue
            then_ms = epoch_ms(then)
            if 0 <= epoch_ms(event["occurred_at"]) - then_ms <= REACH_MS:
                pane = panes[event["district"], then_ms // MINUTE_MS]
                _add(pane, measure.part, measure.fold([event]))


def _add(parts: Parts, name: str, part: int | dict[int, int] | frozenset[str]) -> None:
    if part or name == EVENTS:
        held = parts.get(name)
        parts[name] = part if held is None else merge_part(held, part)
