"""A log that is not what it was: its topic made anew, or its end cut off. And what follows.

What its operator does then is what the worker's last sentence says.
"""

import signal
from collections.abc import Callable, Mapping
from pathlib import Path

from kafka.admin import KafkaAdminClient

from contracts.topics import events_topic
from contracts.wire.batches import CONTROL_BIT, TRANSACTIONAL_BIT, head_of, whole_batches
from streams.process.ending import EXIT_FATAL
from tests.chaos.checks import FEEDS
from tests.chaos.scene import Scene
from tests.chaos.settling import accounted, evidence_of
from tests.e2e.ledger import published
from tests.e2e.running import run_ioc
from tests.foreign import foreign_producer, send_articles
from tests.kafka.brokers import broker_ports
from tests.waiting import until

FEED = "press"
LOST_EVENTS = 30
SENTENCE = "set IOC_GENERATION={} for all processes and commands"

Break = Callable[[Scene], None]


def replace_log(scene: Scene, broken: Break) -> None:
    """Break the log of a feed while nobody works it, some events behind what was worked through.

    These are lost: nobody ever saw them. All others have been accounted for before.
    """
    scene.wait_for_what_is_due()
    scene.stop_producers()
    accounted(scene, evidence_of(scene))
    # Only the existing log tells which offsets hold no event; sinks ask every five minutes.
    audited = run_ioc(scene.environment, "audit")
    assert audited.stdout, audited.stderr
    for part in scene.workers:
        scene.end(part)
        part.process = None
    seen = {feed: published(scene.environment, feed) for feed in FEEDS}
    send_articles(foreign_producer(scene.environment["IOC_KAFKA_BOOTSTRAP"]), LOST_EVENTS)
    _note_lost(scene, seen)
    broken(scene)
    _begin_anew(scene, seen)


def _note_lost(scene: Scene, seen: Mapping[str, set[tuple[int, int]]]) -> None:
    lost = published(scene.environment, FEED) - seen[FEED]
    assert len(lost) == LOST_EVENTS
    scene.lost += len(lost)


def _begin_anew(scene: Scene, seen: Mapping[str, set[tuple[int, int]]]) -> None:
    """Wait until the workers refuse to continue, and follow their instructions."""
    following = scene.generation + 1
    for part in scene.workers:
        part.start()
    (first, *_) = scene.workers
    fatal = f"{first.name} ({EXIT_FATAL})"
    before = scene.ended_by_themselves[fatal]
    scene.until(lambda: scene.ended_by_themselves[fatal] > before, "a worker ends by itself")
    assert SENTENCE.format(following) in first.log
    scene.begin_generation(following, seen)


def make_anew(scene: Scene) -> None:
    """Delete the topic, and recreate it with `ioc topics apply`."""
    topic = events_topic(FEED)
    scene.note(f"delete {topic}, make it anew")
    with KafkaAdminClient(bootstrap_servers=scene.environment["IOC_KAFKA_BOOTSTRAP"]) as admin:
        admin.delete_topics([topic])
        until(lambda: topic not in admin.list_topics(), "the topic is gone")
    done = run_ioc(scene.environment, "topics", "apply")
    assert f"created {topic}" in done.stdout, done.stderr


def cut(scene: Scene) -> None:
    """Let each partition have the first half of its last segment, as an unclean election may."""
    scene.take_broker(scene.broker, signal.SIGKILL)
    folder = Path(scene.environment["IOC_DATA_DIR"])
    segments = [
        max(partition.glob("*.log"))
        for partition in folder.glob(f"*/data/{events_topic(FEED)}-[0-9]*")
    ]
    assert segments
    for segment in segments:
        halve(segment)
    scene.bring_back(scene.broker)
    (port,) = broker_ports(scene.environment)
    scene.broker.await_port(port)


def halve(segment: Path) -> None:
    """Cut a segment between two batches; the broker makes what it notes of it again.

    Not within a transaction: it would stay open, and hold up all who read what is committed.
    """
    raw = segment.read_bytes()
    batches = list(whole_batches(raw))
    kept, open_ = 0, set[int]()
    for place, end in batches[: len(batches) // 2]:
        head = head_of(raw, place)
        if head.attributes & CONTROL_BIT:
            open_.discard(head.producer)
        elif head.attributes & TRANSACTIONAL_BIT:
            open_.add(head.producer)
        if not open_:
            kept = end
    segment.write_bytes(raw[:kept])
    for note in segment.parent.iterdir():
        if note.suffix in (".index", ".timeindex", ".snapshot"):
            note.unlink()
