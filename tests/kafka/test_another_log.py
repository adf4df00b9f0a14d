"""A recreated topic, or a log that became shorter: no event passes for a repeat."""

import signal
from pathlib import Path
from threading import Event
from uuid import uuid4

import orjson
import pytest
from kafka import KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.structs import OffsetAndMetadata

from contracts.messages import iso
from contracts.settings import load_settings
from contracts.topics import events_topic
from sinks.consuming.route import Group
from sinks.consuming.source import Source
from sinks.errors import FatalSinkError
from streams.process.ending import EXIT_FATAL
from tests.contracts.samples import SAMPLES
from tests.e2e.ledger import client_of, rows
from tests.e2e.parts import parts_of
from tests.e2e.running import ioc_environment, run_ioc
from tests.kafka.test_retention import consumer_of
from tests.waiting import until

TOPIC = events_topic("press")
FIRST, SECOND = 20, 7
NOW = "SELECT toUnixTimestamp64Milli(now64(3))"


def publish(environment: dict[str, str], now_ms: int, count: int) -> None:
    producer = KafkaProducer(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"])
    for _ in range(count):
        own = {"event_id": str(uuid4()), "occurred_at": iso(now_ms), "district": "148"}
        producer.send(TOPIC, orjson.dumps(SAMPLES["press", "article"] | own), b"148")
    producer.flush()
    producer.close()


def make_anew(environment: dict[str, str]) -> None:
    admin = KafkaAdminClient(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"])
    admin.delete_topics([TOPIC])
    until(lambda: TOPIC not in admin.list_topics(), "the topic is gone")
    admin.close()
    assert f"created {TOPIC}" in run_ioc(environment, "topics", "apply").stdout


@pytest.mark.parametrize("runs_on", [True, False])
@pytest.mark.parametrize("more", [SECOND, FIRST + SECOND])
def test_a_topic_that_was_made_anew_ends_the_worker_and_nothing_is_swallowed(
    tmp_path: Path, *, runs_on: bool, more: int
) -> None:
    """Whether the worker runs meanwhile or not, and whether the new log is shorter or longer."""
    environment = ioc_environment(tmp_path, IOC_FEEDS="press", IOC_AUDIT_SETTLE_S="3")
    with parts_of(environment, ()) as parts:
        client, worker = client_of(environment), parts["worker"]

        def archived() -> int:
            return int(rows(client, "SELECT uniqExact(event_id) FROM events_press")[0][0])

        ((now_ms,),) = rows(client, NOW)
        publish(environment, now_ms, FIRST)
        until(lambda: archived() == FIRST, "the first events are archived")
        progress = f"SELECT sum(accepted) FROM progress FINAL WHERE version >= {FIRST - 1}"
        until(lambda: rows(client, progress) == [(FIRST,)], "the worker has said so")
        if not runs_on:
            assert worker.end(signal.SIGTERM) == 0, worker.log
        make_anew(environment)
        publish(environment, now_ms, more)
        if not runs_on:
            worker.start()
        until(lambda: not worker.is_running, "the worker ends")
        assert worker.wait() == EXIT_FATAL
        assert "set IOC_GENERATION=1 for all processes and commands" in worker.log

        parts["sink"].end(signal.SIGTERM)
        anew = environment | {"IOC_GENERATION": "1"}
        for name in ("worker", "sink"):
            parts[name].environment = anew
            parts[name].start()
        until(lambda: archived() == FIRST + more, "the events of the new log are archived")
        with consumer_of(environment) as consumer:
            logs = [TopicPartition(TOPIC, n) for n in range(4)]
            assert sum(consumer.end_offsets(logs).values()) == more
        audited = run_ioc(anew, "audit")
        assert audited.returncode == 0, audited.stdout + audited.stderr
        shown = (
            "SELECT value FROM indicator_latest WHERE indicator = 'press.articles'"
            " AND district = '148' AND horizon_s = 86400"
        )
        until(lambda: rows(client, shown) == [(FIRST + more,)], "figures go on")


def test_a_sink_that_read_a_longer_log_ends_and_says_what_to_do(
    environment: dict[str, str],
) -> None:
    """The group's offset shows that the log was longer: it was cut, or recreated."""
    settings = load_settings(kafka_bootstrap=environment["IOC_KAFKA_BOOTSTRAP"])
    group, where = Group("figures", fetch_wait_ms=200), TopicPartition("told", 0)
    make("told", environment)
    fill(environment, SECOND)
    before = Source(group, ["told"], settings, Event())
    assert before.open()
    read(before, SECOND)
    assert before.commit({where: OffsetAndMetadata(FIRST, "", -1)})
    before.close()

    after = Source(group, ["told"], settings, Event())
    assert after.open()
    sentence = rf"told\[0\] ends at offset {SECOND}, but was read up to {FIRST}: .*IOC_GENERATION=1"
    with pytest.raises(FatalSinkError, match=f"{sentence}.*--group ioc-sink-figures --topic told"):
        until(lambda: after.poll(0.1) and False, "it is noticed")
    after.close()


def test_a_sink_notices_that_a_topic_was_made_anew_while_it_reads(
    environment: dict[str, str],
) -> None:
    """The new log is longer than the read part, so offsets alone do not tell."""
    settings = load_settings(kafka_bootstrap=environment["IOC_KAFKA_BOOTSTRAP"])
    make("renewed", environment)
    fill(environment, FIRST, "renewed")
    source = Source(Group("renewing", fetch_wait_ms=200), ["renewed"], settings, Event())
    assert source.open()
    read(source, FIRST)
    delete("renewed", environment)
    make("renewed", environment)
    fill(environment, 2 * FIRST, "renewed")
    sentence = r"renewed was recreated \(its id was .*IOC_GENERATION=1 .*--topic renewed"
    with pytest.raises(FatalSinkError, match=sentence):
        until(lambda: source.poll(0.1) and False, "it is noticed")
    source.close()


def test_a_sink_that_starts_after_its_topic_was_made_anew_says_what_to_do(
    environment: dict[str, str],
) -> None:
    """The new log is longer, but the committed offset names the topic's id."""
    settings = load_settings(kafka_bootstrap=environment["IOC_KAFKA_BOOTSTRAP"])
    group, where = Group("starting", fetch_wait_ms=200), TopicPartition("restarted", 0)
    make("restarted", environment)
    fill(environment, FIRST, "restarted")
    before = Source(group, ["restarted"], settings, Event())
    assert before.open()
    read(before, FIRST)
    assert before.commit({where: OffsetAndMetadata(FIRST, "", -1)})
    before.close()
    with KafkaAdminClient(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"]) as admin:
        held = admin.list_group_offsets({group.id: None})[group.id][where]
        delete("restarted", environment)
        make("restarted", environment)
        fill(environment, 2 * FIRST, "restarted")
        # Apache Kafka drops offsets with their topic; other brokers and mirrors keep them.
        admin.alter_group_offsets(group.id, {where: held})

    after = Source(group, ["restarted"], settings, Event())
    assert after.open()
    sentence = r"restarted was recreated \(its id was .*IOC_GENERATION=1 .*--topic restarted"
    with pytest.raises(FatalSinkError, match=sentence):
        until(lambda: after.poll(0.1), "it is noticed")
    after.close()


def test_a_sink_reads_all_of_a_topic_whose_offsets_went_with_the_old_one(
    environment: dict[str, str],
) -> None:
    settings = load_settings(kafka_bootstrap=environment["IOC_KAFKA_BOOTSTRAP"])
    group, where = Group("forgotten", fetch_wait_ms=200), TopicPartition("dropped", 0)
    for count in (FIRST, 2 * FIRST):
        make("dropped", environment)
        fill(environment, count, "dropped")
        source = Source(group, ["dropped"], settings, Event())
        assert source.open()
        read(source, count)
        assert source.commit({where: OffsetAndMetadata(count, "", -1)})
        source.close()
        delete("dropped", environment)


def make(topic: str, environment: dict[str, str]) -> None:
    admin = KafkaAdminClient(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"])
    admin.create_topics({topic: {"num_partitions": 1, "replication_factor": 1}})
    admin.close()


def delete(topic: str, environment: dict[str, str]) -> None:
    with KafkaAdminClient(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"]) as admin:
        admin.delete_topics([topic])
        until(lambda: topic not in admin.list_topics(), "the topic is gone")


def fill(environment: dict[str, str], count: int, topic: str = "told") -> None:
    producer = KafkaProducer(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"])
    for number in range(count):
        producer.send(topic, b"%d" % number, partition=0)
    producer.flush()
    producer.close()


def read(source: Source, count: int) -> None:
    got = 0

    def is_read() -> bool:
        nonlocal got
        got += sum(len(records) for records in source.poll(0.1))
        return got >= count

    until(is_read, "all is read")
