"""The effect of each kind of fault on the scene."""

from collections.abc import Callable
from uuid import uuid4

from tests.chaos.other_logs import cut, make_anew, replace_log
from tests.chaos.plan import Fault, Kind
from tests.chaos.rewind import has_inserted, rewind_sinks
from tests.chaos.scene import Scene
from tests.e2e.running import Part
from tests.foreign import CODECS, foreign_producer, send_articles

FOREIGN_EVENTS = 30
TRANSACTION_S = 60
LEAPS_S = (7 * 3_600, -3_600, 2 * 86_400, 30, -30 * 86_400)

Strike = Callable[[Scene, Fault], None]


def strike(scene: Scene, fault: Fault) -> None:
    """Carry out a fault, or begin it if it has two halves."""
    STRIKES[fault.kind](scene, fault)


def _kill_worker(scene: Scene, fault: Fault) -> None:
    scene.kill(_worker(scene, fault))


def _kill_worker_again(scene: Scene, fault: Fault) -> None:
    _kill_worker(scene, fault)
    scene.later(fault.hold_s, lambda: _kill_worker(scene, fault))


def _pause_worker(scene: Scene, fault: Fault) -> None:
    scene.pause(_worker(scene, fault), fault.hold_s)


def _join_and_kill(scene: Scene, fault: Fault) -> None:
    scene.add_worker()
    scene.later(2 * fault.hold_s, lambda: scene.take_worker(fault.pick, in_order=False))


def _join_and_end(scene: Scene, fault: Fault) -> None:
    scene.add_worker()
    scene.later(2 * fault.hold_s, lambda: scene.take_worker(fault.pick, in_order=True))


def _kill_producer(scene: Scene, fault: Fault) -> None:
    scene.kill(scene.producers[fault.pick % len(scene.producers)])


def _insert_twice(scene: Scene, fault: Fault) -> None:
    """The rows of up to so many messages of each partition are inserted a second time.

    Where none has been inserted a first time yet, that is waited for.
    """
    scene.until(lambda: has_inserted(scene.environment), "the sinks have inserted something")
    scene.end(scene.sink)
    moved = rewind_sinks(scene.environment, 1 + fault.pick)
    scene.note(f"{moved:,} messages are to be inserted again")
    scene.inserted_again += moved
    scene.sink.start()


def _foreign_producer(scene: Scene, fault: Fault) -> None:
    """librdkafka, by any codec; each other time with its own partitioner, which is not Java's."""
    partitioner = ("murmur2_random", "consistent_random")[fault.pick % 2]
    scene.note(f"a foreign producer, partitioner {partitioner}")
    producer = foreign_producer(
        scene.environment["IOC_KAFKA_BOOTSTRAP"],
        compression_type=CODECS[fault.pick % len(CODECS)],
        partitioner=partitioner,
    )
    send_articles(producer, FOREIGN_EVENTS)


def _aborted_transaction(scene: Scene, fault: Fault) -> None:
    """Its markers and aborted records are between the events of others."""
    scene.note("transactions of a foreign producer")
    producer = foreign_producer(
        scene.environment["IOC_KAFKA_BOOTSTRAP"],
        compression_type=CODECS[fault.pick % len(CODECS)],
        partitioner="murmur2_random",
        transactional_id=f"chaos-{uuid4()}",
    )
    producer.init_transactions(TRANSACTION_S)
    for end in (producer.abort_transaction, producer.commit_transaction) * 2:
        producer.begin_transaction()
        send_articles(producer, FOREIGN_EVENTS)
        end(TRANSACTION_S)


def _step_clock(scene: Scene, fault: Fault) -> None:
    """For some seconds; a supervisor's own clock, and that of all other parts, goes on."""
    seconds = LEAPS_S[fault.pick % len(LEAPS_S)]
    scene.note(f"the workers' clock is {seconds:+} s off for {fault.hold_s:.1f} s")
    scene.worker_clock.step(seconds)
    scene.later(fault.hold_s, lambda: scene.worker_clock.step(-seconds))


def _worker(scene: Scene, fault: Fault) -> Part:
    return scene.workers[fault.pick % len(scene.workers)]


STRIKES: dict[Kind, Strike] = {
    Kind.KILL_WORKER: _kill_worker,
    Kind.KILL_WORKER_AGAIN: _kill_worker_again,
    Kind.PAUSE_WORKER: _pause_worker,
    Kind.JOIN_AND_KILL: _join_and_kill,
    Kind.JOIN_AND_END: _join_and_end,
    Kind.KILL_SINK: lambda scene, _: scene.kill(scene.sink),
    Kind.PAUSE_SINK: lambda scene, fault: scene.pause(scene.sink, fault.hold_s),
    Kind.INSERT_TWICE: _insert_twice,
    Kind.KILL_ENDPOINT: lambda scene, _: scene.kill(scene.clickhouse),
    Kind.PAUSE_ENDPOINT: lambda scene, fault: scene.pause(scene.clickhouse, fault.hold_s),
    Kind.KILL_PRODUCER: _kill_producer,
    Kind.PAUSE_BROKER: lambda scene, fault: scene.pause(scene.broker, fault.hold_s),
    Kind.FOREIGN_PRODUCER: _foreign_producer,
    Kind.ABORTED_TRANSACTION: _aborted_transaction,
    Kind.CLOCK_STEP: _step_clock,
    Kind.TOPIC_RECREATED: lambda scene, _: replace_log(scene, make_anew),
    Kind.LOG_TRUNCATED: lambda scene, _: replace_log(scene, cut),
    Kind.KILL_BROKER: lambda scene, _: scene.kill(scene.broker),
}
