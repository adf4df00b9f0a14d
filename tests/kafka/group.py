"""The owners of partitions, from the group's coordinator."""

from collections.abc import Mapping

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from contracts.topics import APP, events_topic
from tests.chaos.checks import RUN_FEEDS

EVENTS = {events_topic(feed.name) for feed in RUN_FEEDS}

Owners = Mapping[TopicPartition, str]
"""Partition of raw events -> member that works it."""


class Group:
    """The workers' group; close it at the end."""

    def __init__(self, bootstrap: str) -> None:
        self._admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","))

    def owners(self) -> Owners:
        """The owner of each partition now; empty during a rebalance."""
        try:
            group = self._admin.describe_groups([APP])[APP]
        except KafkaError:  # the very first member makes Kafka create the coordinator's topic
            return {}
        if group["group_state"] != "Stable":
            return {}
        return {
            TopicPartition(topic["topic"], partition): member["member_id"]
            for member in group["members"]
            for topic in member["member_assignment"]["assigned_partitions"]
            for partition in topic["partitions"]
            if topic["topic"] in EVENTS
        }

    def close(self) -> None:
        """Close the connections."""
        self._admin.close()


def moved(before: Owners, after: Owners) -> int:
    """Partitions that left a worker which is still there."""
    there = set(after.values())
    return sum(before[log] != after[log] for log in before if before[log] in there)


def held(owners: Owners) -> list[int]:
    """How many partitions each worker holds, ascending."""
    return sorted(list(owners.values()).count(member) for member in set(owners.values()))
