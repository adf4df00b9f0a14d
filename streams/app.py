"""The Faust app: one agent per feed checks and folds events, another merges panes into figures."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import faust
from faust import Stream
from faust.tables.manager import TableManager
from faust.types import EventT, StreamT

from contracts.errors import IocError
from contracts.feed import Feed
from contracts.reference.province import Reference
from contracts.settings import Settings
from contracts.topics import (
    APP,
    CORRECTIONS,
    MAX_MESSAGE_BYTES,
    PANES,
    events_topic,
    state_table,
)
from streams.figures.agent import FigureAgent
from streams.kafka.access import credentials
from streams.kafka.batch import Batch
from streams.kafka.broker_clock import BrokerClock
from streams.kafka.same_log import TopicIds
from streams.partition.agent import FeedAgent
from streams.partition.context import FeedContext
from streams.partition.corrections import Corrector
from streams.partition.lanes import Lanes
from streams.partition.table import StateTable
from streams.process.ending import Fence, RecoveryWatch, end_process
from streams.process.vitals import BATCH_EVENTS, BATCH_SECONDS, WorkerVitals

MAX_POLL_RECORDS = 5_000
FETCH_BYTES = 2_000_000
"""Most bytes fetched from a partition at once. Storing state costs more per event, the smaller the
batch."""
BUFFERED_BATCHES = 4
BATCHES_AT_ONCE = 2
"""Per partition: one batch is processed while the broker confirms the outcome of another."""
RECORD_BATCH_BYTES = MAX_MESSAGE_BYTES // 2
COMMIT_S = 1.0
VIEW_TICK_S = 0.25

Work = Callable[[EventT[Batch]], Awaitable[None]]
Emit = Callable[[], Awaitable[None]]


def create_app(
    settings: Settings,
    reference: Reference,
    feeds: Sequence[Feed],
    beat: Callable[[], None],
    own_clock: Callable[[], float] = time.time,
    show: Callable[[WorkerVitals], None] = lambda _: None,
) -> faust.App:
    """The worker's app. Its topics must exist: Faust must not choose their configuration.

    Arguments:
        beat: called after each emission of indicators.
        show: called once, with the worker's vitals.
        own_clock: gives seconds since 1970; used while the broker stamps no messages. It decides
            how fresh figures are, and where the windows of a silent feed end.
    """
    app, clock = _new_app(settings), BrokerClock(own_clock)
    fence = Fence(settings.kafka_session_timeout_s)
    topic_ids = TopicIds(settings, [events_topic(feed.name) for feed in feeds])
    agents = [
        FeedAgent(
            FeedContext(
                app=app,
                table=_table(app, feed, settings),
                feed=feed,
                settings=settings,
                reference=reference,
                clock=clock,
                topic_ids=topic_ids,
                check_fence=fence.check,
            )
        )
        for feed in feeds
    ]
    figures = FigureAgent(app, feeds, settings, reference, clock)
    vitals = WorkerVitals(app, agents)
    for feed, agent in zip(feeds, agents, strict=True):
        _agent(app, events_topic(feed.name), settings, agent.work, BATCHES_AT_ONCE)
        _timer(app, f"emit-{feed.name}", settings.emit_interval_s, agent.emit, vitals)
    _agent(app, PANES, settings, figures.work)
    _agent(app, CORRECTIONS, settings, Corrector(agents).work)

    async def emit_indicators() -> None:
        await figures.emit()
        beat()

    _timer(app, "emit-indicators", VIEW_TICK_S, emit_indicators, vitals)

    async def forget(*_: Any, **__: Any) -> None:
        for agent in agents:
            agent.forget()
        figures.forget()

    app.on_partitions_revoked.connect(forget)
    topic_ids.look()
    topic_ids.start()
    fence.start()
    _watch_recovery(app, settings)
    show(vitals)
    return app


def _watch_recovery(app: faust.App, settings: Settings) -> None:
    started: list[RecoveryWatch] = []

    async def start(*_: Any, **__: Any) -> None:
        # Faust creates its recovery service in its own loop, at the first assignment.
        if not started:
            recovery = cast("TableManager", app.tables).recovery
            started.append(RecoveryWatch(recovery, settings.recovery_deadline_s))
            started[0].start()

    app.on_partitions_assigned.connect(start)


def _new_app(settings: Settings) -> faust.App:
    return faust.App(
        APP,
        broker=[f"partitionbatch://{address}" for address in settings.kafka_bootstrap.split(",")],
        broker_credentials=credentials(settings),
        broker_session_timeout=settings.kafka_session_timeout_s,
        broker_heartbeat_interval=settings.kafka_session_timeout_s / 3,
        broker_commit_interval=COMMIT_S,
        broker_max_poll_records=MAX_POLL_RECORDS,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=FETCH_BYTES,
        stream_buffer_maxsize=BUFFERED_BATCHES,
        # Waiting for streams to run dry can hang a rebalance; an interrupted batch is repeated.
        stream_wait_empty=False,
        topic_partitions=settings.kafka_partitions,
        topic_replication_factor=settings.kafka_replication,
        topic_allow_declare=False,
        topic_disable_leader=True,
        producer_max_batch_size=RECORD_BATCH_BYTES,
        producer_max_request_size=MAX_MESSAGE_BYTES,
        # Faust's default of 1 made each rebalance take longer, see docs/kafka.md.
        table_standby_replicas=settings.worker_standbys,
        store="memory://",
        datadir=settings.data_dir / "worker",
        web_enabled=False,
        autodiscover=False,
        Table=StateTable,
    )


def _table(app: faust.App, feed: Feed, settings: Settings) -> StateTable:
    table = app.Table(
        state_table(feed.name),
        partitions=settings.kafka_partitions,
        key_type=str,
        value_type=bytes,
    )
    if not isinstance(table, StateTable):
        raise TypeError(f"Faust made a {type(table).__name__}, not a StateTable")
    return table


def _agent(
    app: faust.App, topic: str, settings: Settings, work: Work, batches_at_once: int = 1
) -> None:
    source = app.topic(
        topic,
        partitions=settings.kafka_partitions,
        key_type=bytes,
        key_serializer="raw",
        value_type=bytes,
        value_serializer="raw",
    )

    sizes, seconds = BATCH_EVENTS.labels(topic), BATCH_SECONDS.labels(topic)

    async def work_and_ack(event: EventT[Batch]) -> None:
        with seconds.time():
            is_done = await _is_done(app, work(event), topic)
        if is_done:
            event.ack()
            batch = cast("Batch", event.value)
            sizes.observe(batch.last_offset - batch.first_offset + 1)

    @app.agent(source, name=f"on {topic}", concurrency=1)
    async def agent(stream: StreamT[Any]) -> None:
        lanes = Lanes(work_and_ack, batches_at_once)
        async for event in cast("Stream[Batch]", stream).noack().events():
            await lanes.put(event.message.partition, event)


def _timer(app: faust.App, name: str, interval_s: float, emit: Emit, vitals: WorkerVitals) -> None:
    vitals.expect(name)

    async def tick() -> None:
        may_emit = not app.rebalancing and app.flow_control.is_active()
        if may_emit and await _is_done(app, emit(), name):
            vitals.ticked(name)

    app.timer(interval_s, name=name)(tick)


async def _is_done(app: faust.App, work: Awaitable[None], what: str) -> bool:
    """Await work and return True; end the process at an error.

    Faust would acknowledge the batch of an agent that raised, and its records would be lost. A
    process that ends is restarted and resumes from the stored state. Returns False if the worker's
    own shutdown interrupted the work, which the next owner of the partition then repeats.
    """
    try:
        await work
    except IocError as error:
        end_process(f"{what}: {error}")
    except Exception:  # noqa: BLE001 - the process boundary of all agents
        if app.should_stop:
            return False
        end_process(f"{what}: unforeseen error", exc_info=True)
    return True
