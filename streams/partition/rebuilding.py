"""Rebuilds the entries of a partition's table from its archived events. Pure: no I/O."""

import math
from collections.abc import Sequence

from contracts.events.event import Checked
from contracts.feed import Feed
from contracts.reference.province import Reference
from contracts.settings import Settings
from contracts.time.instants import epoch_ms
from streams.gauges.state import Writes
from streams.partition.progress import Progress
from streams.partition.state import PartitionState


class Rebuilding:
    """Takes the accepted events of one partition in log order, as the agents would.

    ``stored_upto`` is the position up to which emitted panes are stored; -1 if unknown. Events
    after ``latest_s`` (since 1970) were dated by a wrong clock. They are counted, but do not set
    the partition's newest event time: a rebuild corrects one that they had set.
    """

    def __init__(
        self,
        feed: Feed,
        settings: Settings,
        reference: Reference,
        stored_upto: int,
        latest_s: float = math.inf,
    ) -> None:
        self._stored_upto = stored_upto
        self._latest_s = latest_s
        self.ahead_s = 0.0
        """The time of the newest event after ``latest_s``; 0 if there is none."""
        self._state = PartitionState(feed, settings, reference, {})
        self._entries: dict[str, bytes] = {}

    def take(
        self,
        events: Sequence[Checked],
        positions: Sequence[int],
        late: Sequence[int],
        beyond: Sequence[int],
    ) -> None:
        """Take in events (at least one) with their positions.

        ``late`` and ``beyond`` are indices of events that were late, and too late for panes.
        """
        newest_s = max(epoch_ms(event["occurred_at"]) for event in events) / 1000
        if newest_s > self._latest_s:
            self.ahead_s = max(self.ahead_s, newest_s)
        self._keep(self._state.take_archived(events, positions, late, beyond, self._latest_s))
        if positions[-1] <= self._stored_upto:
            # All panes are emitted in the end; taking stored ones now lets them expire.
            self._state.panes.take_changed()

    def entries(self, counted: Progress) -> dict[str, bytes]:
        """The entries; ``counted`` is their progress: how far they reach, and verdict counts."""
        self._keep(self._state.conclude(counted))
        return dict(self._entries)

    def _keep(self, writes: Writes) -> None:
        for key, payload in writes.items():
            if payload is None:
                self._entries.pop(key, None)
            else:
                self._entries[key] = payload
