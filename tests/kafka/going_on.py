"""Whether every partition is worked: each accepted batch adds a message to its topic."""

from collections.abc import Iterable, Mapping

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from contracts.topics import accepted_topic, events_topic
from tests.chaos.checks import RUN_FEEDS
from tests.chaos.scene import Scene

EVENTS = {events_topic(feed.name): feed.name for feed in RUN_FEEDS}
ACCEPTED = {accepted_topic(name): topic for topic, name in EVENTS.items()}
"""Topic of accepted events -> topic of the raw ones."""

Ends = Mapping[TopicPartition, int]
"""Partition -> the offset of its next message."""


def ends(bootstrap: str, topics: Iterable[str]) -> Ends:
    """The ends of all partitions of some topics; empty while the brokers don't answer."""
    # A fresh client each time: an older one keeps asking the leaders from before an election.
    consumer = KafkaConsumer(bootstrap_servers=bootstrap.split(","), enable_auto_commit=False)
    try:
        logs = [
            TopicPartition(topic, number)
            for topic in topics
            for number in consumer.partitions_for_topic(topic) or ()
        ]
        return dict(consumer.end_offsets(logs))
    except KafkaError:
        return {}
    finally:
        consumer.close()


def wait_for_work(scene: Scene) -> None:
    """Until each partition has worked a batch from now on, however busy the machine is.

    Of more partitions than districts some stay empty: those have nothing to work.
    """
    bootstrap = scene.environment["IOC_KAFKA_BOOTSTRAP"]
    before: Ends = {}
    standing: list[TopicPartition] = []

    def all_went_on() -> bool:
        nonlocal before
        now = ends(bootstrap, ACCEPTED | EVENTS)
        before = before or now
        standing[:] = [
            log
            for log, end in before.items()
            if log.topic in ACCEPTED
            and now.get(log, 0) <= end
            and now.get(TopicPartition(ACCEPTED[log.topic], log.partition), 0)
        ]
        return now.keys() == before.keys() != set() and not standing

    scene.until(
        all_went_on, "each partition has worked a batch", progress=lambda: standing or before
    )
