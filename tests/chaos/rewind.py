"""Moves the offsets of the sinks' groups back, so that the same rows are inserted again."""

from kafka.admin import KafkaAdminClient
from kafka.errors import NoError
from kafka.structs import OffsetAndMetadata, TopicPartition

from contracts.registry import FEEDS
from contracts.settings import Settings
from sinks.routes import routes
from tests.e2e.running import until

FORGOTTEN_S = 30.0
"""Until then a broker has forgotten members that were killed, and lets the offsets be moved."""


def rewind_sinks(environment: dict[str, str], messages: int) -> None:
    """Move all groups back by so many messages in each partition. The sinks must not run."""
    admin = KafkaAdminClient(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"])
    try:
        for route in routes(Settings(), FEEDS):
            committed = admin.list_group_offsets({route.group: None})[route.group]
            earlier = {
                log: OffsetAndMetadata(max(0, held.offset - messages), "", -1)
                for log, held in committed.items()
                if held.offset > 0
            }
            if earlier:
                _move(admin, route.group, earlier)
    finally:
        admin.close()


def _move(
    admin: KafkaAdminClient, group: str, offsets: dict[TopicPartition, OffsetAndMetadata]
) -> None:
    until(
        lambda: set(admin.alter_group_offsets(group, offsets).values()) == {NoError},
        f"the offsets of {group} are moved",
        FORGOTTEN_S,
    )
