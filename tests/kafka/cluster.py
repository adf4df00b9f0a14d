"""Three brokers that all hold every partition: who leads, who is in sync, who gets what."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from contracts.settings import Settings
from contracts.topics import accepted_topic, changelog_topic, events_topic
from ioc.embedded.ports import free_ports
from tests.chaos.checks import RUN_FEEDS
from tests.chaos.run import environment_of

BROKERS = 3
TOPICS = [
    name(feed.name)
    for feed in RUN_FEEDS
    for name in (events_topic, accepted_topic, changelog_topic)
]
"""Each feed's raw events, accepted events and state."""


def cluster_environment(folder: Path, seed: int, rate: float, history_h: float) -> dict[str, str]:
    """Settings of a run over three brokers, two of which must have every message."""
    addresses = ",".join(f"127.0.0.1:{port}" for port in free_ports(BROKERS))
    settings = {"IOC_KAFKA_BOOTSTRAP": addresses, "IOC_KAFKA_REPLICATION": str(BROKERS)}
    return server_environment(folder, seed, rate, history_h) | settings


def server_environment(folder: Path, seed: int, rate: float, history_h: float) -> dict[str, str]:
    """Settings of a run whose workers have a server's session timeout.

    With the short one of the chaos tests, a worker that a busy machine holds up for two seconds
    ends, or leaves its group and comes back: more happens than the test does.
    """
    session_s = Settings.model_fields["kafka_session_timeout_s"].default
    settings = {"IOC_KAFKA_SESSION_TIMEOUT_S": str(session_s)}
    return environment_of(folder, seed, rate, history_h) | settings


class ClusterAdmin:
    """Asks and tells the cluster; any broker that lives will do."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._servers = environment["IOC_KAFKA_BOOTSTRAP"].split(",")
        self._admin = KafkaAdminClient(bootstrap_servers=self._servers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._admin.close()

    def partitions(self, topics: Sequence[str] = TOPICS) -> dict[TopicPartition, dict[str, Any]]:
        """Partition -> its leader (``leader_id``), ``replica_nodes`` and ``isr_nodes``."""
        return {
            TopicPartition(topic["name"], each["partition_index"]): each
            for topic in self._admin.describe_topics(list(topics))
            for each in topic["partitions"]
        }

    def leaders(self) -> dict[TopicPartition, int]:
        """Partition -> the broker that leads it."""
        return {log: each["leader_id"] for log, each in self.partitions().items()}

    def is_in_sync(self) -> bool:
        """Do all replicas hold all, in all topics?"""
        try:
            return all(
                set(each["isr_nodes"]) == set(each["replica_nodes"])
                for each in self.partitions().values()
            )
        except KafkaError:
            return False

    def lead_as_preferred(self) -> None:
        """Let each partition be led by the first of its replicas."""
        self._admin.elect_leaders(0, raise_errors=False)

    def move(self, logs: Iterable[TopicPartition], brokers: Sequence[int]) -> None:
        """Let only these brokers hold those partitions; returns when they do not move any more."""
        logs = list(logs)
        answers = self._admin.alter_partition_reassignments({log: list(brokers) for log in logs})
        assert set(answers) == set(logs), answers
        assert not any(answers.values()), answers

    def is_moving(self) -> bool:
        """Is a partition on its way?"""
        return bool(self._admin.list_partition_reassignments())
