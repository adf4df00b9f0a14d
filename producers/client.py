"""The Kafka client as the publisher uses it."""

import logging
import socket
from collections.abc import Iterator

from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient

from contracts.access.clients import kafka_options
from contracts.errors import SettingError
from contracts.settings import Settings

KNOCK_S = 2.0
JOIN_S = 10.0
SOON_MS = 20
AT_REST_MS = 1_000
"""How long an event waits for others if no rate is set. Each record batch travels alone, and costs
broker, worker and sink the same for one event as for a hundred.
"""


class Client(KafkaProducer):  # type: ignore[misc]  # kafka-python carries no types
    """An idempotent producer (acks from all replicas) with time limits that suit a rebuild.

    It does not create topics: their number of partitions is for the stack to decide.
    """

    def __init__(self, settings: Settings) -> None:
        _quiet()
        is_at_rest = settings.rate is None
        super().__init__(
            **kafka_options(settings),
            acks="all",
            enable_idempotence=True,
            allow_auto_create_topics=False,
            linger_ms=AT_REST_MS if is_at_rest else SOON_MS,
            compression_type="gzip" if is_at_rest else None,
            batch_size=262_144,
            max_block_ms=1_000,
            request_timeout_ms=5_000,
            delivery_timeout_ms=20_000,
            bootstrap_timeout_ms=5_000,
            reconnect_backoff_max_ms=1_000,
            metrics_enabled=False,
        )

    def abandon(self) -> None:
        """Stop without waiting for unacknowledged messages; nothing is sent after this returns."""
        self._sender.force_close()
        self._sender.join(JOIN_S)
        self.close(timeout=0)


def answers(settings: Settings) -> bool:
    """Whether one of the addresses accepts a connection. Cheaper than building a client in vain.

    Raises:
        SettingError: an address is not of the form host:port.
    """
    for host, port in _addresses(settings.kafka_bootstrap):
        try:
            with socket.create_connection((host, port), timeout=KNOCK_S):
                return True
        except OSError:
            continue
    return False


def existing_topics(settings: Settings) -> frozenset[str]:
    """The existing topics. Asking for one by its name could create it.

    Raises:
        KafkaError: the brokers do not answer.
    """
    _quiet()
    admin = KafkaAdminClient(
        **kafka_options(settings),
        bootstrap_timeout_ms=5_000,
        request_timeout_ms=5_000,
    )
    try:
        return frozenset(admin.list_topics())
    finally:
        admin.close()


def _quiet() -> None:
    """Silence the client: it logs every attempt, where the publisher reports once, in one line."""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)


def _addresses(bootstrap: str) -> Iterator[tuple[str, int]]:
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        if not host or not port.isdigit():
            raise SettingError(f"IOC_KAFKA_BOOTSTRAP: {address!r} is not of the form host:port")
        yield host.strip("[]"), int(port)
