"""Events that Kafka deleted before a worker read them: none is skipped silently."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clickhouse_connect.driver.client import Client
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from contracts.topics import events_topic
from tests.e2e.ledger import Place, client_of, places, published, rows
from tests.e2e.parts import parts_of
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.waiting import until

FEED = "press"
TOPIC = events_topic(FEED)
LOGS = [TopicPartition(TOPIC, partition) for partition in range(4)]
MORE = 300


def publish(environment: dict[str, str], part: Part) -> None:
    """Publish some hundred events."""
    with consumer_of(environment) as consumer:
        before = sum(consumer.end_offsets(LOGS).values())
        part.start()
        until(lambda: sum(consumer.end_offsets(LOGS).values()) > before + MORE, "more is published")
    assert part.end(signal.SIGTERM) == 0, part.log


@contextmanager
def consumer_of(environment: dict[str, str]) -> Iterator[KafkaConsumer]:
    consumer = KafkaConsumer(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"])
    yield consumer
    consumer.close()


def expire(environment: dict[str, str]) -> dict[int, int]:
    """Let a millisecond of retention pass; partition -> the first offset that is left."""
    admin = KafkaAdminClient(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"])
    admin.alter_configs(
        [ConfigResource(ConfigResourceType.TOPIC, TOPIC, {"retention.ms": "1", "segment.ms": "1"})]
    )
    admin.close()
    with consumer_of(environment) as consumer:
        ends = consumer.end_offsets(LOGS)
        until(lambda: consumer.beginning_offsets(LOGS) == ends, "all is deleted")
        return {log.partition: end for log, end in ends.items()}


def known(client: Client) -> list[Place]:
    return places(client, f"SELECT partition, offset FROM events_{FEED} FINAL") + places(
        client, "SELECT partition, offset FROM rejects FINAL"
    )


def test_what_retention_deleted_is_counted_and_named(tmp_path: Path) -> None:
    environment = ioc_environment(
        tmp_path, IOC_FEEDS=FEED, IOC_RATE="100", IOC_HISTORY_H="0.01", IOC_AUDIT_SETTLE_S="3"
    )
    produce = Part(environment, "produce", FEED)
    with parts_of(environment, ()) as parts:
        client = client_of(environment)
        publish(environment, produce)
        before = published(environment, FEED)
        until(lambda: set(known(client)) == before, "the first part is worked through")
        parts["worker"].end(signal.SIGTERM)

        publish(environment, produce)
        lost = published(environment, FEED) - before
        assert len(lost) > 100
        first_left = expire(environment)
        assert published(environment, FEED) == set()
        assert (
            "retention.ms is 604800000 now, was 1" in run_ioc(environment, "topics", "apply").stdout
        )

        parts["worker"].start()
        publish(environment, produce)
        after = published(environment, FEED)
        until(lambda: set(known(client)) == before | after, "the last part is worked through")

        worked = f"SELECT sum(version + 1) FROM progress FINAL WHERE feed = '{FEED}'"
        ends = len(before | lost | after)  # the version is the last offset, of generation 0
        until(lambda: rows(client, worked) == [(ends,)], "the worker has said so")
        assert len(known(client)) == len(before | after)
        audited = run_ioc(environment, "audit")
        assert audited.returncode == 1
        (line,) = [line for line in audited.stdout.splitlines() if line.startswith(f"{FEED} ")]
        sent, archived, refused, repeated, _, panes, wrong, _, gauges_wrong, rollups_wrong = (
            int(number.replace(",", "")) for number in line.split()[1:]
        )
        assert sent == len(before | lost | after)
        assert archived + refused + repeated == len(before | after)
        assert (panes > 0, wrong, gauges_wrong, rollups_wrong) == (True, 0, 0, 0)
        assert f"{FEED}: {len(lost):,} published events are neither archived nor rejected:" in (
            audited.stdout.replace("\n", " ")
        )
        named = {
            (int(partition), int(first), int(last or first))
            for partition, first, last in re.findall(
                r"generation 0 partition (\d+) offsets? (\d+)(?:-(\d+))?", audited.stdout
            )
        }
        assert named == {
            (
                partition,
                min(offset for at, offset in lost if at == partition),
                first_left[partition] - 1,
            )
            for partition in {at for at, _ in lost}
        }
        for partition, first, last in named:
            gone = f"{FEED}/{partition}: offsets {first} to {last} were deleted"
            assert gone in parts["worker"].log
