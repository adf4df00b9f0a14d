"""Creates the Kafka topics as they have to be."""

import time
from collections.abc import Sequence
from contextlib import suppress

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError, TopicAlreadyExistsError

from contracts.access import kafka_options, kafka_settings
from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import topic_specs

BOOTSTRAP_MS = 5_000
RETRY_S = 0.3


def apply(settings: Settings, feeds: Sequence[Feed], patience_s: float = 20.0) -> list[str]:
    """Create the topics that are missing; give their names. Existing ones are left as they are.

    Raises:
        UnavailableError: the broker can't be reached within ``patience_s``, or refuses.
    """
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return _create(settings, feeds)
        except (KafkaError, OSError, ValueError) as error:
            if time.monotonic() > deadline:
                raise UnavailableError(
                    f"Kafka at {settings.kafka_bootstrap} did not create the topics: "
                    f"{type(error).__name__}: {error}; is the broker up, and do "
                    f"these fit: {kafka_settings(settings)}?"
                ) from None
            time.sleep(RETRY_S)


def _create(settings: Settings, feeds: Sequence[Feed]) -> list[str]:
    admin = KafkaAdminClient(
        **kafka_options(settings), client_id="ioc-topics", bootstrap_timeout_ms=BOOTSTRAP_MS
    )
    try:
        existing = set(admin.list_topics())
        missing = [spec for spec in topic_specs(settings, feeds) if spec.name not in existing]
        with suppress(TopicAlreadyExistsError):  # another process may have been faster
            admin.create_topics(
                {
                    spec.name: {
                        "num_partitions": spec.partitions,
                        "replication_factor": settings.kafka_replication,
                        "configs": dict(spec.config),
                    }
                    for spec in missing
                }
            )
        return [spec.name for spec in missing]
    finally:
        admin.close()
