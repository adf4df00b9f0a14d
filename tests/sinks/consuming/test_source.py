"""What a group's consumer reads of a real broker, while some of its topics are paused."""

import itertools
from pathlib import Path
from threading import Event

from kafka import KafkaProducer

from contracts.settings import Settings
from sinks.consuming.route import Group
from sinks.consuming.source import Source
from tests.sinks.processes import Broker
from tests.waiting import until

TOPICS, PARTITIONS, MESSAGES = ("one", "two"), 2, 20_000


def test_a_topic_that_is_paused_by_turns_is_read_to_its_end(
    settings: Settings, tmp_path: Path
) -> None:
    """The rest of a fetch that a pause held back comes after it, whatever came meanwhile."""
    broker = Broker(tmp_path)
    broker.start()
    producer = KafkaProducer(bootstrap_servers=broker.address, linger_ms=50, batch_size=65_536)
    for number in range(MESSAGES):
        for topic in TOPICS:
            producer.send(topic, b"%d" % number, partition=number % PARTITIONS)
    producer.flush()
    producer.close()
    reach = settings.model_copy(update={"kafka_bootstrap": broker.address})
    source = Source(Group("by-turns", fetch_wait_ms=200), TOPICS, reach, Event())
    assert source.open()
    read = dict.fromkeys(TOPICS, 0)
    turns = itertools.cycle([(), ("one",)])

    def is_all_read() -> bool:
        for records in source.poll(0.1, next(turns)):
            read[records[0].topic] += len(records)
        return all(count >= MESSAGES for count in read.values())

    try:
        until(is_all_read, "all is read", progress=lambda: sum(read.values()))
    finally:
        source.close()
        broker.end()
    assert read == dict.fromkeys(TOPICS, MESSAGES)
