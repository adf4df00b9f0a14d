"""What a batch adds to panes of which some, after a crash, include a part of it already."""

from collections.abc import Sequence

from contracts.event import Checked
from contracts.feed import Feed
from contracts.parts import Parts, merge_into
from streams.pane_store import PaneStore
from streams.panes import PaneFold, PaneKey, fold


class Additions:
    """Folds events into deltas for panes, leaving out what a pane includes.

    ``ahead`` is the greatest position that any pane includes.
    """

    def __init__(self, feed: Feed, panes: PaneStore, ahead: int) -> None:
        self._feed = feed
        self._panes = panes
        self._ahead = ahead
        self._fold = PaneFold(feed)
        self._again: dict[PaneKey, Parts] = {}

    def add(
        self,
        events: Sequence[Checked],
        times_s: Sequence[float],
        positions: Sequence[int],
        late: Sequence[int],
    ) -> None:
        """Take in events with their positions; at least one. See PaneFold for the rest."""
        if positions[0] > self._ahead:
            self._fold.add(events, times_s, late)
            return
        for n, event in enumerate(events):
            single = fold(self._feed, [event], [times_s[n]], [0] if n in late else [])
            for key, parts in single.items():
                if positions[n] > self._panes.upto(key):
                    merge_into(self._again.setdefault(key, {}), parts)

    def deltas(self) -> dict[PaneKey, Parts]:
        """The parts that all events together add to each pane."""
        deltas = self._fold.deltas()
        for key, parts in self._again.items():
            merge_into(deltas.setdefault(key, {}), parts)
        return deltas
