"""Moves the offsets of the sinks' groups back, so that the same rows are inserted again."""

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError, NoError
from kafka.structs import OffsetAndMetadata, TopicPartition

from contracts.settings import Settings
from sinks.consuming.routes import routes
from tests.chaos.checks import RUN_FEEDS
from tests.waiting import until


def has_inserted(environment: dict[str, str]) -> bool:
    """Whether a sink's group has committed anything yet, so that there is something to insert
    again.
    """
    admin = KafkaAdminClient(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"])
    try:
        return any(_committed(admin, group) for group in _groups())
    except KafkaError:  # the broker is paused
        return False
    finally:
        admin.close()


def rewind_sinks(environment: dict[str, str], messages: int) -> int:
    """Move all groups back by so many messages in each partition; gives how many in all.

    The sinks must not run. A broker lets nobody move the offsets of a group that has members,
    killed ones included, until their session is over.
    """
    admin = KafkaAdminClient(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"])
    moved: dict[str, int] = {}

    def all_are() -> bool:
        for group in set(_groups()) - set(moved):
            count = _rewound(admin, group, messages)
            if count is not None:
                moved[group] = count
        return len(moved) == len(_groups())

    try:
        until(all_are, "the offsets of all groups of the sinks are moved back")
        return sum(moved.values())
    finally:
        admin.close()


def _groups() -> list[str]:
    return sorted({route.group.id for route in routes(Settings(), RUN_FEEDS)})


def _committed(admin: KafkaAdminClient, group: str) -> dict[TopicPartition, int]:
    held = admin.list_group_offsets({group: None})[group]
    return {log: at.offset for log, at in held.items() if at.offset > 0}


def _rewound(admin: KafkaAdminClient, group: str, messages: int) -> int | None:
    """By how many messages the group was moved; None if the broker refuses."""
    try:
        committed = _committed(admin, group)
        if not committed:
            return 0
        earlier = {log: max(0, offset - messages) for log, offset in committed.items()}
        answers = admin.alter_group_offsets(
            group, {log: OffsetAndMetadata(offset, "", -1) for log, offset in earlier.items()}
        )
    except KafkaError:  # the broker is paused
        return None
    if set(answers.values()) != {NoError}:
        return None
    return sum(committed.values()) - sum(earlier.values())
