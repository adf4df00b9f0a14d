"""A broker with topics, a database with the schema, and a sink in a thread."""

from collections.abc import Sequence
from threading import Event, Thread

import orjson
from clickhouse_connect.driver.client import Client
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.structs import TopicPartition

from contracts.feed import Feed
from contracts.feeds.traffic import TRAFFIC
from contracts.reference.province import load_reference
from contracts.settings import Settings
from contracts.topics import INDICATORS, PANES, REJECTS, accepted_topic, changelog_topic
from sinks import runner
from sinks.consuming.routes import routes
from sinks.schema.apply import apply
from sinks.vitals import SinkVitals
from tests.sinks.processes import Broker
from tests.waiting import until, within

TOPICS = (
    accepted_topic("traffic"),
    changelog_topic("traffic"),
    REJECTS,
    PANES,
    INDICATORS,
)
STOP_S = 5.0
Headers = list[tuple[str, bytes]]


def make_schema(
    client: Client, settings: Settings, feeds: Sequence[Feed] = (TRAFFIC,)
) -> list[str]:
    return apply(client, settings, feeds, load_reference(settings))


class Stack:
    def __init__(self, settings: Settings, client: Client, broker: Broker) -> None:
        self.settings, self.client, self.broker = settings, client, broker
        self.error: Exception | None = None
        self._stop = Event()
        self._sink: Thread | None = None
        self._producer = KafkaProducer(bootstrap_servers=settings.kafka_bootstrap, linger_ms=5)

    def create_topics(self) -> None:
        admin = KafkaAdminClient(bootstrap_servers=self.settings.kafka_bootstrap)
        admin.create_topics(
            {topic: {"num_partitions": 2, "replication_factor": 1} for topic in TOPICS}
        )
        admin.close()

    def send(
        self,
        topic: str,
        value: object,
        key: str | None = None,
        partition: int = 0,
        headers: Headers | None = None,
    ) -> None:
        """Send bytes and None as they are, anything else as JSON."""
        raw = value if value is None or isinstance(value, bytes) else orjson.dumps(value)
        self._producer.send(
            topic,
            value=raw,
            key=key.encode() if key is not None else None,
            partition=partition,
            headers=headers or [],
        )

    def send_rows(self, topic: str, rows: list[dict[str, object]], partition: int = 0) -> None:
        """Send an array with the header that tells its length."""
        self.send(topic, rows, partition=partition, headers=[("n", str(len(rows)).encode())])

    def flush(self) -> None:
        self._producer.flush()

    def start_sink(self) -> None:
        self._stop.clear()
        self._sink = Thread(target=self._run, daemon=True)
        self._sink.start()

    def _run(self) -> None:
        try:
            runner.run(self.settings, (TRAFFIC,), self._stop, show=self._show)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self.error = error

    def _show(self, vitals: SinkVitals) -> None:
        self.vitals = vitals

    def stop_sink(self) -> None:
        """Ask the sink to stop, which never takes long."""
        with within(STOP_S):
            self._stop.set()
            self.wait_for_end()
        self._sink = None

    def wait_for_end(self) -> None:
        sink = self._sink
        assert sink is not None
        until(lambda: not sink.is_alive(), "the sink ends")

    def count(self, table: str, *, final: bool = True) -> int:
        sql = f"SELECT count() FROM {table} {'FINAL' if final else ''}"
        return int(self.client.query(sql).result_rows[0][0])

    def wait_rows(self, table: str, rows: int) -> None:
        until(lambda: self.count(table) == rows, f"{rows} rows in {table}")

    def wait_committed(self, offset: int, topic: str, partition: int = 0) -> None:
        what = f"{topic}/{partition} is committed up to {offset}"
        until(lambda: self.committed(topic, partition) == offset, what)

    def committed(self, topic: str, partition: int = 0) -> int | None:
        """The sink's committed offset of a topic."""
        (group,) = (
            route.group.id for route in routes(self.settings, (TRAFFIC,)) if topic in route.topics
        )
        consumer = KafkaConsumer(bootstrap_servers=self.settings.kafka_bootstrap, group_id=group)
        try:
            offset = consumer.committed(TopicPartition(topic, partition))
            return None if offset is None else int(offset)
        finally:
            consumer.close()

    def close(self) -> None:
        if self._sink is not None:
            self.stop_sink()
        self._producer.close()
