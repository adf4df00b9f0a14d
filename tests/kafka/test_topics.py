"""``ioc topics`` on Apache Kafka creates, reports and alters topics."""

from collections.abc import Iterator

import pytest
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from contracts.errors import UnavailableError
from contracts.registry import feeds_named
from contracts.settings import load_settings
from ioc.topics import apply as topics
from ioc.topics.stamping import require_stamped
from tests.e2e.running import run_ioc
from tests.waiting import until

EVENTS, CHANGELOG = "ioc.events.press.v1", "ioc-worker-state_press-changelog"


@pytest.fixture(scope="module")
def press(environment: dict[str, str]) -> dict[str, str]:
    """The topics of one feed exist."""
    made = environment | {"IOC_FEEDS": "press"}
    done = run_ioc(made, "topics", "apply")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("created ") == 4 + 3
    return made


@pytest.fixture
def admin(press: dict[str, str]) -> Iterator[KafkaAdminClient]:
    made = KafkaAdminClient(bootstrap_servers=press["IOC_KAFKA_BOOTSTRAP"])
    yield made
    made.close()


def alter(admin: KafkaAdminClient, topic: str, **configs: str) -> None:
    """Alter configs of a topic, and wait until the next broker asked confirms them."""
    named = {name.replace("_", "."): value for name, value in configs.items()}
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, named)])
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic)]

    def is_known() -> bool:
        held = admin.describe_configs(asked, config_filter="all")["topic"][topic]
        return all(held[name]["value"] == value for name, value in named.items())

    until(is_known, f"{topic} is altered")


def test_kafka_itself_names_the_configs_as_they_have_to_be(admin: KafkaAdminClient) -> None:
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in (EVENTS, CHANGELOG)]
    told = admin.describe_configs(asked, config_filter="all")["topic"]
    events, changelog = (
        {name: config["value"] for name, config in told[topic].items()}
        for topic in (EVENTS, CHANGELOG)
    )
    assert events["cleanup.policy"] == "delete"
    assert events["retention.ms"] == "604800000"  # 7 × 86,400,000
    assert events["segment.ms"] == "151200000"  # a quarter of it
    assert changelog["cleanup.policy"] == "compact"
    assert changelog["segment.bytes"] == "67108864"  # 64 × 2^20
    for held in (events, changelog):
        assert held["max.message.bytes"] == "2000000"
        assert held["min.insync.replicas"] == "1"


def test_what_was_applied_is_right_and_stays(press: dict[str, str]) -> None:
    checked = run_ioc(press, "topics", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    (line,) = [line for line in checked.stdout.splitlines() if line.startswith(EVENTS)]
    assert line.split() == [
        *(EVENTS, "4", "1", "1", "delete", "7", "d", "42", "h", "–", "2000000", "LogAppendTime")
    ]
    again = run_ioc(press, "topics", "apply")
    assert (again.returncode, again.stdout) == (0, "all topics are as they have to be\n")


def test_a_config_that_differs_is_shown_and_altered(
    press: dict[str, str], admin: KafkaAdminClient
) -> None:
    alter(admin, EVENTS, retention_ms="3600000", cleanup_policy="compact")
    alter(admin, CHANGELOG, min_insync_replicas="3")
    checked = run_ioc(press, "topics", "check")
    assert checked.returncode == 1
    assert "1 h → 7 d" in checked.stdout
    assert "compact → delete" in checked.stdout
    assert "3 → 1" in checked.stdout
    assert checked.stdout.splitlines()[-1] == (
        "2 of the topics are missing or configured otherwise: run `ioc topics apply`"
    )
    applied = run_ioc(press, "topics", "apply")
    assert applied.returncode == 0, applied.stderr
    assert sorted(applied.stdout.splitlines()) == [
        f"{CHANGELOG}: min.insync.replicas is 1 now, was 3",
        f"{EVENTS}: cleanup.policy is delete now, was compact",
        f"{EVENTS}: retention.ms is 604800000 now, was 3600000",
    ]
    assert run_ioc(press, "topics", "check").returncode == 0


def test_a_worker_does_not_start_over_topics_that_producers_stamp(
    press: dict[str, str], admin: KafkaAdminClient
) -> None:
    alter(admin, EVENTS, message_timestamp_type="CreateTime")
    checked = run_ioc(press, "topics", "check")
    assert checked.returncode == 1
    assert "CreateTime → LogAppendTime" in checked.stdout
    ended = run_ioc(press, "worker")
    assert ended.returncode == 1
    assert f"ioc: {EVENTS}: message.timestamp.type is CreateTime" in ended.stderr
    assert "run `ioc topics apply`" in ended.stderr
    applied = run_ioc(press, "topics", "apply")
    assert applied.stdout == (
        f"{EVENTS}: message.timestamp.type is LogAppendTime now, was CreateTime\n"
    )
    settings = load_settings(kafka_bootstrap=press["IOC_KAFKA_BOOTSTRAP"])
    require_stamped(settings, feeds_named(["press"]))


def test_a_missing_topic_is_named_and_created(
    press: dict[str, str], admin: KafkaAdminClient
) -> None:
    admin.delete_topics([EVENTS])
    checked = run_ioc(press, "topics", "check")
    assert checked.returncode == 1
    assert [line.split() for line in checked.stdout.splitlines() if EVENTS in line] == [
        [EVENTS, "missing"]
    ]
    assert run_ioc(press, "topics", "apply").stdout == f"created {EVENTS}\n"


def test_partitions_and_replicas_are_refused_and_the_rest_is_applied(
    press: dict[str, str], admin: KafkaAdminClient
) -> None:
    alter(admin, EVENTS, retention_ms="3600000")
    other = press | {"IOC_KAFKA_PARTITIONS": "8", "IOC_KAFKA_REPLICATION": "2"}
    checked = run_ioc(other, "topics", "check")
    assert checked.returncode == 1
    assert "4 → 8" in checked.stdout
    assert "1 → 2" in checked.stdout
    applied = run_ioc(other, "topics", "apply")
    assert applied.returncode == 1
    assert applied.stderr.count("\n") == 1
    ended = run_ioc(press | {"IOC_KAFKA_PARTITIONS": "8"}, "worker")
    assert ended.returncode == 1
    assert "has 4 partitions, but IOC_KAFKA_PARTITIONS is 8" in ended.stderr
    assert f"{EVENTS} has 4 partitions, wanted 8" in applied.stderr
    assert f"{CHANGELOG} has 1 replication, wanted 2" in applied.stderr
    assert "set IOC_KAFKA_PARTITIONS and IOC_KAFKA_REPLICATION to what there is" in applied.stderr
    assert run_ioc(press, "topics", "check").returncode == 0
    (topic,) = admin.describe_topics([EVENTS])
    assert len(topic["partitions"]) == 4


def test_more_replicas_than_brokers_is_one_sentence(environment: dict[str, str]) -> None:
    settings = load_settings(
        kafka_bootstrap=environment["IOC_KAFKA_BOOTSTRAP"], kafka_replication=3
    )
    with pytest.raises(UnavailableError) as caught:
        topics.apply(settings, feeds_named(["traffic"]), patience_s=0.1)
    assert "are there IOC_KAFKA_REPLICATION=3 brokers?" in str(caught.value)
