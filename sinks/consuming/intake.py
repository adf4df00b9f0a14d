"""The loop of a consumer group: take messages, hand them to routes, commit what is written."""

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
"""Kind, route and detail of what is to be noted among the operations."""

TICK_S = 0.5
"""How soon a group notices that it is to stop, or that a write has ended."""


class Intake:
    """Runs the routes of one group in the calling thread.

    An offset is committed only after its rows are written. ``halt`` ends all groups; one that fails
    sets it. ``tell`` has it noted, for screens, which routes were parked and which go on.
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
        """Has its loop gone round in the last seconds, if only to find ClickHouse away?"""
        return time.monotonic() - self._turned_at < within_s

    def is_open(self, pipeline: Pipeline) -> bool:
        """Has it found the broker, and a route's topics?"""
        return self._source.subscribed.issuperset(pipeline.route.topics)

    def behind(self, pipeline: Pipeline) -> int:
        """Messages of a route that are not written yet: held, being written, or left in the log."""
        return pipeline.waiting + self._source.behind(pipeline.route.topics)

    def run(self) -> None:
        """Go on until told to halt; then write what is held.

        A route whose data ClickHouse refuses, or of which a message can't be read, is parked.
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
        """Tell of a route that was parked since, or let one go on whose note was taken away."""
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
        """How long nothing is to be done but to wait for messages."""
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
        """Write what every route holds."""
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
