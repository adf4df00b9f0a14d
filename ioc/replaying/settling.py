"""Waits until worker and sinks have processed everything published before."""

import time
from collections.abc import Callable, Sequence

from clickhouse_connect.driver.client import Client
from kafka.errors import KafkaError

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.messages import position
from contracts.settings import Settings
from contracts.topics import APP, PANES, REJECTS, accepted_topic, events_topic
from contracts.topics import changelog_topic as state_topic
from ioc.asking.explained import explained
from ioc.replaying.meter import Meter
from ioc.replaying.stall import Stall
from ioc.status.lag import LagReader
from sinks import client
from sinks.consuming.routes import routes

PAUSE_S = 0.3


class Settling:
    """The wait of one run; ``care`` is called in every turn.

    It waits only for what had been published when a stage began, so that a running stack, which
    never comes to rest, doesn't hold it up.
    """

    def __init__(
        self, settings: Settings, feed: Feed, meter: Meter, care: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._feed = feed
        self._meter = meter
        self._care = care
        self._groups = {
            topic: route.group.id for route in routes(settings, (feed,)) for topic in route.topics
        }

    def events(self) -> None:
        """Wait until the events are archived or refused, and the worker's state is stored.

        Raises:
            UnavailableError: Kafka fails, or there is no progress.
        """
        feed = self._feed.name
        # A worker that catches up on a partition commits late, so its output counts as progress.
        self._passed("worked through", {events_topic(feed): APP}, signs=[state_topic(feed)])
        archive = (accepted_topic(feed), REJECTS, state_topic(feed))
        self._passed("archived", {topic: self._groups[topic] for topic in archive})

    def panes(self) -> None:
        """Wait until the panes of these events are stored, too. Raises as above."""
        self._emitted()
        self._passed("panes stored", {PANES: self._groups[PANES]})

    def _passed(self, title: str, groups: dict[str, str], signs: Sequence[str] = ()) -> None:
        """Wait until each group has committed everything its topic held when this was called.

        Growth of the topics ``signs`` also counts as progress.
        """
        try:
            reader = LagReader(self._settings)
            try:
                ends = {topic: reader.ends([topic]) for topic in groups}
                self._wait(
                    title,
                    sum(sum(of_topic.values()) for of_topic in ends.values()),
                    lambda: sum(reader.left(groups[topic], ends[topic]) for topic in groups),
                    lambda: reader.ends(signs),
                )
            finally:
                reader.close()
        except KafkaError as error:
            raise UnavailableError(
                f"Kafka at {self._settings.kafka_bootstrap} failed ({type(error).__name__}) before "
                "everything was processed; give the same command again to continue"
            ) from None

    def _emitted(self) -> None:
        """Wait until ClickHouse shows that all partitions have emitted what they hold."""
        reader = LagReader(self._settings)
        try:
            ends = reader.ends([events_topic(self._feed.name)])
        finally:
            reader.close()
        with client.reader(self._settings) as connection:
            # Earlier runs count too: their panes may have ended with the log of the last one.
            uptos = dict.fromkeys(self._archived(connection), -1) | {
                log.partition: position(self._settings.generation, end - 1)
                for log, end in ends.items()
                if end
            }
            self._wait("emitted", len(uptos), lambda: self._missing(connection, uptos), list)

    def _missing(self, connection: Client, uptos: dict[int, int]) -> int:
        """Partitions that have not emitted that far yet in this generation."""
        rows = self._ask(
            connection,
            "SELECT partition, generation, version FROM progress FINAL"
            " WHERE feed = {feed:String} ORDER BY generation",
        )
        emitted = {number: (generation, upto) for number, generation, upto in rows}
        now = self._settings.generation
        return sum(emitted.get(number, (-1, -1)) < (now, upto) for number, upto in uptos.items())

    def _archived(self, connection: Client) -> list[int]:
        """The partitions that events have come from."""
        rows = self._ask(
            connection, "SELECT DISTINCT partition FROM places WHERE feed = {feed:String}"
        )
        return [number for (number,) in rows]

    def _ask(self, connection: Client, sql: str) -> Sequence[Sequence[int]]:
        parameters = {"feed": self._feed.name}
        with explained(self._settings):
            result = connection.query(sql, parameters).result_rows
        return [[int(value) for value in row] for row in result]

    def _wait(
        self, title: str, total: int, count_left: Callable[[], int], signs: Callable[[], object]
    ) -> None:
        stall = Stall()
        with self._meter.stage(title, total) as reach:
            while left := count_left():
                done = max(0, total - left)
                reach(done)
                stall.check(
                    (left, signs()),
                    f"worker and sinks have not come further than {title} {done:,} of {total:,}; "
                    f"see {self._settings.data_dir / 'logs'}, and give the same command again",
                )
                self._care()
                time.sleep(PAUSE_S)
