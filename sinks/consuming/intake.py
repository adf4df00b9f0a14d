"""The loop of a consumer group: take messages, hand them to routes, commit written offsets."""

import logging
import time
from collections.abc import Callable, Sequence
from threading import Event

from contracts.settings import Settings
from sinks.consuming.batch import Offsets
from sinks.consuming.pipeline import Pipeline
from sinks.consuming.route import Group, Record, Route
from sinks.consuming.source import Source
from sinks.operations import PARKED, RESUMED
from sinks.parking import Parking, what_to_do

log = logging.getLogger(__name__)

Tell = Callable[[str, str, str], None]
"""Notes an operation: kind, route and detail."""

TICK_S = 0.5
"""How soon a group notices ``halt``, or the end of a write."""


class Intake:
    """Runs the routes of one group in the calling thread.

    An offset is committed only after its rows are written. ``halt`` ends all groups; a group that
    ends sets it. ``tell`` notes, for screens, which routes were parked and which were resumed.
    """

    def __init__(
        self,
        group: Group,
        routes: Sequence[Route],
        settings: Settings,
        halt: Event,
        tell: Tell,
    ) -> None:
        self.group = group
        self._halt, self._tell = halt, tell
        self._ended = Event()
        self.pipelines = [Pipeline(route, settings, halt, self._ended) for route in routes]
        self._by_topic = {
            topic: pipeline for pipeline in self.pipelines for topic in pipeline.route.topics
        }
        self._source = Source(group, self._by_topic, settings, halt)
        self._uncommitted: Offsets = {}
        self._parking = Parking(settings)
        self._told: set[str] = set()
        self._turned_at = 0.0

    def turns(self, within_s: float) -> bool:
        """Whether the loop has turned in the last seconds, even if ClickHouse is away."""
        return time.monotonic() - self._turned_at < within_s

    def is_open(self, pipeline: Pipeline) -> bool:
        """Whether it has found the broker and all topics of a route."""
        return self._source.subscribed.issuperset(pipeline.route.topics)

    def behind(self, pipeline: Pipeline) -> int:
        """The number of a route's unwritten messages: held, being written, or still in the log."""
        return pipeline.waiting + self._source.behind(pipeline.route.topics)

    def run(self) -> None:
        """Run until ``halt`` is set, then write all held messages.

        A route is parked if ClickHouse refuses its data, or one of its messages can't be read.
        """
        for pipeline in self.pipelines:
            name = pipeline.route.name
            if self._parking.is_parked(name):
                self._tell(RESUMED, name, "")
            self._parking.forget(name)
        try:
            if self._source.open():
                try:
                    while not self._halt.is_set():
                        self._turn()
                finally:
                    self._halt.set()
                    self._wind_up()
        finally:
            self._source.close()
            for pipeline in self.pipelines:
                pipeline.close()

    def _turn(self) -> None:
        now = self._turned_at = time.monotonic()
        self._ended.clear()
        for pipeline in self.pipelines:
            self._look_at(pipeline)
            self._uncommitted |= pipeline.advance(now)
        self._commit()
        held_up = any(pipeline.is_held_up(now) for pipeline in self.pipelines)
        if held_up:
            self._ended.wait(TICK_S)
        self._take(0.0 if held_up else self._pause_s(now))

    def _look_at(self, pipeline: Pipeline) -> None:
        """Report a route that was parked, or resume a parked one whose note was removed."""
        route = pipeline.route
        if pipeline.parked is None:
            self._told.discard(route.name)
        elif route.name not in self._told:
            self._told.add(route.name)
            self._parking.park(route.name, pipeline.parked)
            self._tell(PARKED, route.name, pipeline.parked)
            log.critical("%s", what_to_do(route.name, pipeline.parked))
        elif not self._parking.is_parked(route.name) and self._source.rewind(route.topics):
            log.warning("route %s: trying again", route.name)
            self._tell(RESUMED, route.name, "")
            pipeline.resume()

    def _pause_s(self, now: float) -> float:
        """How long to wait for messages before other work is due."""
        dues = (pipeline.due_in(now) for pipeline in self.pipelines)
        return min([TICK_S, *(due for due in dues if due is not None)])

    def _take(self, seconds: float) -> None:
        full = {
            topic
            for pipeline in self.pipelines
            if pipeline.is_full or pipeline.parked
            for topic in pipeline.route.topics
        }
        polled = self._source.poll(seconds, full)
        now = time.monotonic()
        for topic, records in _by_topic(polled).items():
            self._by_topic[topic].take(records, now)

    def _commit(self) -> None:
        if self._uncommitted and self._source.commit(self._uncommitted):
            self._uncommitted = {}

    def _wind_up(self) -> None:
        """Write all messages that the routes hold."""
        for pipeline in self.pipelines:
            self._uncommitted |= pipeline.finish()
        for pipeline in self.pipelines:
            pipeline.begin()
        for pipeline in self.pipelines:
            self._uncommitted |= pipeline.finish()
            self._look_at(pipeline)
        self._commit()


def _by_topic(polled: Sequence[Sequence[Record]]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for records in polled:
        found.setdefault(records[0].topic, []).extend(records)
    return found
