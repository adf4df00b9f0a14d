"""Moves the offsets of the sinks' groups back, so that the same rows are inserted again."""

import time

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError, NoError
from kafka.structs import OffsetAndMetadata, TopicPartition

from contracts.settings import Settings
from sinks.routes import routes
from tests.chaos.checks import RUN_FEEDS
from tests.chaos.plan import SESSION_TIMEOUT_S

FORGOTTEN_S = 2 * SESSION_TIMEOUT_S
"""A broker lets nobody move the offsets of a group that has members, killed ones included, until
their session is over."""
PAUSE_S = 0.3


def has_inserted(environment: dict[str, str]) -> bool:
    """Has a sink's group committed anything yet, so that there is something to insert again?"""
    admin = KafkaAdminClient(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"])
    try:
        return any(_committed(admin, group) for group in _groups())
    except KafkaError:  # the broker is paused
        return False
    finally:
        admin.close()


def rewind_sinks(environment: dict[str, str], messages: int) -> int:
    """Move all groups back by so many messages in each partition; gives how many in all.

    The sinks must not run. A group that still counts members that were killed is left as it is.
    """
    admin = KafkaAdminClient(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"])
    groups, deadline, moved = _groups(), time.monotonic() + FORGOTTEN_S, 0
    try:
        while groups and time.monotonic() < deadline:
            for group in list(groups):
                count = _rewound(admin, group, messages)
                if count is not None:
                    groups.remove(group)
                    moved += count
            time.sleep(PAUSE_S)
        return moved
    finally:
        admin.close()


def _groups() -> list[str]:
    return sorted({route.group.id for route in routes(Settings(), RUN_FEEDS)})


def _committed(admin: KafkaAdminClient, group: str) -> dict[TopicPartition, int]:
    held = admin.list_group_offsets({group: None})[group]
    return {log: at.offset for log, at in held.items() if at.offset > 0}


def _rewound(admin: KafkaAdminClient, group: str, messages: int) -> int | None:
    """By how many messages the group was moved; None if the broker doesn't let it."""
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
