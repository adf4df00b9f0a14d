"""Probes Kafka."""

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from contracts.access.clients import kafka_options
from contracts.settings import Settings
from contracts.topics import PANES
from ioc.monitoring.dependencies import ANSWER_S

ANSWER_MS = ANSWER_S * 1000


class Broker:
    """Asks Kafka for its topics: a connection is not enough, since a paused broker accepts it."""

    is_vital = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._admin: KafkaAdminClient | None = None

    def ask(self) -> str | None:
        """See Probe."""
        try:
            if self._admin is None:
                self._admin = KafkaAdminClient(
                    **kafka_options(self._settings),
                    client_id="ioc-health",
                    bootstrap_timeout_ms=ANSWER_MS,
                    request_timeout_ms=ANSWER_MS,
                )
            topics = self._admin.list_topics()
        except (KafkaError, OSError) as error:
            self.close()
            where = self._settings.kafka_bootstrap
            return f"Kafka at {where} does not answer ({type(error).__name__})"
        return None if PANES in topics else f"Kafka has no topic {PANES}: run `ioc topics apply`"

    def close(self) -> None:
        """See Probe."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None
