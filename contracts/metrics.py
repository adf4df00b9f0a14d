"""Every metric that a process exposes to Prometheus. No other module declares names.

Times are seconds, moments are seconds since 1970; an age is ``time()`` minus a moment. Counting
happens once per batch, never once per event.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from prometheus_client import Counter, Histogram
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

Kind: TypeAlias = Literal["counter", "gauge", "histogram"]
Family: TypeAlias = CounterMetricFamily | GaugeMetricFamily

COUNTS = (1.0, 10.0, 100.0, 500.0, 1_000.0, 5_000.0, 20_000.0, 100_000.0)
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)


@dataclass(frozen=True, slots=True)
class Declared:
    """A metric: its part (any, produce, worker, sink, clickhouse), full name, labels, meaning."""

    part: str
    name: str
    kind: Kind
    labels: tuple[str, ...]
    unit: str
    meaning: str
    buckets: tuple[float, ...] = ()

    def counter(self) -> Counter:
        """A counter that work in progress increments. Raises ValueError if it exists already."""
        return Counter(self.name, self.meaning, self.labels)

    def histogram(self) -> Histogram:
        """A histogram that work in progress observes. Raises ValueError if it exists already."""
        return Histogram(self.name, self.meaning, self.labels, buckets=self.buckets)

    def family(self) -> Family:
        """An empty counter or gauge, to be filled whenever its values are collected."""
        kind = CounterMetricFamily if self.kind == "counter" else GaugeMetricFamily
        return kind(self.name, self.meaning, labels=self.labels)


HEALTHY = Declared(
    "any", "ioc_healthy", "gauge", (), "0 or 1", "1 if /healthz reports that the process progresses"
)
READY = Declared(
    "any", "ioc_ready", "gauge", (), "0 or 1", "1 if /readyz reports that it can do its work"
)

PRODUCED = Declared(
    "produce",
    "ioc_produce_events_total",
    "counter",
    ("feed",),
    "events",
    "simulated events handed to the publisher since the process started",
)
PENDING = Declared(
    "produce",
    "ioc_produce_pending",
    "gauge",
    (),
    "messages",
    "messages that Kafka has not acknowledged yet",
)
REACHED = Declared(
    "produce",
    "ioc_produce_reached_seconds",
    "gauge",
    ("feed",),
    "seconds since 1970",
    "simulated time up to which events are published; far back while a past is being published",
)
PUBLISH_RETRIES = Declared(
    "produce",
    "ioc_produce_retries_total",
    "counter",
    (),
    "clients",
    "times that the Kafka client was replaced, and its unacknowledged messages were sent again",
)

EVENTS = Declared(
    "worker",
    "ioc_worker_events_total",
    "counter",
    ("feed", "partition", "verdict"),
    "events",
    "events in, by verdict (accepted, rejected, duplicate), in this generation of the log; the "
    "count moves with its partition from worker to worker",
)
LATE = Declared(
    "worker",
    "ioc_worker_late_events_total",
    "counter",
    ("feed", "partition"),
    "events",
    "accepted events that came late",
)
UNPROCESSABLE = Declared(
    "worker",
    "ioc_worker_unprocessable_events_total",
    "counter",
    ("feed", "partition"),
    "events",
    "rejected events that caused an unforeseen error; each should be investigated",
)
WORKER_LAG = Declared(
    "worker",
    "ioc_worker_lag",
    "gauge",
    ("feed", "partition"),
    "messages",
    "events of the partition that the state does not include yet",
)
WATERMARK = Declared(
    "worker",
    "ioc_worker_watermark_seconds",
    "gauge",
    ("feed", "partition"),
    "seconds since 1970",
    "event time up to which the partition is taken to be complete",
)
NEWEST = Declared(
    "worker",
    "ioc_worker_newest_event_seconds",
    "gauge",
    ("feed", "partition"),
    "seconds since 1970",
    "time of the newest accepted event: time() minus this is the age of the figures",
)
BATCH_EVENTS = Declared(
    "worker",
    "ioc_worker_batch_messages",
    "histogram",
    ("topic",),
    "messages",
    "messages of a partition batch",
    COUNTS,
)
BATCH_SECONDS = Declared(
    "worker",
    "ioc_worker_batch_seconds",
    "histogram",
    ("topic",),
    "seconds",
    "time from taking a partition batch until all its effects are stored",
    SECONDS,
)
STATE = Declared(
    "worker",
    "ioc_worker_state_entries",
    "gauge",
    ("feed",),
    "entries",
    "entries of the state that the worker holds: panes, open items, progress",
)
PARTITIONS = Declared(
    "worker",
    "ioc_worker_partitions",
    "gauge",
    (),
    "partitions",
    "partitions of all topics that the worker is assigned",
)
RECOVERING = Declared(
    "worker",
    "ioc_worker_recovery_messages",
    "gauge",
    (),
    "messages",
    "messages of the changelogs still to be read before the worker continues",
)
REBALANCES = Declared(
    "worker",
    "ioc_worker_rebalances_total",
    "counter",
    (),
    "rebalances",
    "times that partitions were assigned or revoked",
)

SINK_LAG = Declared(
    "sink",
    "ioc_sink_lag",
    "gauge",
    ("route",),
    "messages",
    "known messages of the route that ClickHouse has not confirmed",
)
SINK_MESSAGES = Declared(
    "sink",
    "ioc_sink_messages_total",
    "counter",
    ("route",),
    "messages",
    "messages whose rows ClickHouse has confirmed",
)
SINK_ROWS = Declared(
    "sink",
    "ioc_sink_rows_total",
    "counter",
    ("route",),
    "rows",
    "rows that ClickHouse has confirmed",
)
SINK_RETRIES = Declared(
    "sink",
    "ioc_sink_retries_total",
    "counter",
    ("route",),
    "inserts",
    "inserts that failed and were tried again",
)
SINK_PARKED = Declared(
    "sink",
    "ioc_sink_parked",
    "gauge",
    ("route",),
    "0 or 1",
    "1 if a message of the route can't be written and waits for a person: /readyz gives the reason",
)
INSERT_ROWS = Declared(
    "sink", "ioc_sink_insert_rows", "histogram", ("route",), "rows", "rows of an insert", COUNTS
)
INSERT_SECONDS = Declared(
    "sink",
    "ioc_sink_insert_seconds",
    "histogram",
    ("route",),
    "seconds",
    "time until ClickHouse confirmed an insert",
    SECONDS,
)

REQUESTS = Declared(
    "clickhouse",
    "ioc_clickhouse_request_seconds",
    "histogram",
    ("status",),
    "seconds",
    "time until a request to the embedded endpoint was answered, by HTTP status",
    SECONDS,
)

METRICS = (
    *(HEALTHY, READY),
    *(PRODUCED, PENDING, REACHED, PUBLISH_RETRIES),
    *(EVENTS, LATE, UNPROCESSABLE, WORKER_LAG, WATERMARK, NEWEST, BATCH_EVENTS, BATCH_SECONDS),
    *(STATE, PARTITIONS, RECOVERING, REBALANCES),
    *(SINK_LAG, SINK_MESSAGES, SINK_ROWS, SINK_RETRIES, SINK_PARKED, INSERT_ROWS, INSERT_SECONDS),
    REQUESTS,
)
"""All metrics, in the order of the documentation."""
