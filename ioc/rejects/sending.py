"""Resends rejected events, and notes which."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from clickhouse_connect.driver.client import Client as ClickHouse
from kafka.errors import KafkaError

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.placement import partition_of
from contracts.replays import LogPosition, replay_header
from contracts.settings import Settings
from contracts.topics import events_topic
from ioc.rejects.candidates import Reject
from ioc.rejects.fitness import Fit
from producers.client import Client, answers, existing_topics
from sinks.small_inserts import add_rows

CONFIRM_S = 25.0
"""Longer than the client's own timeout for a message."""

COLUMNS = ("feed", "topic", "generation", "partition", "offset", "reason", "replayed_at")


class Sender:
    """Publishes events of one feed, and notes them in ClickHouse after Kafka has confirmed them.

    If the process ends in between, an event is sent again next time and refused as a duplicate.
    ``places`` maps an event's id and partition to the position of its last refusal, if that isn't
    the reject's own position.
    """

    def __init__(
        self,
        settings: Settings,
        feed: Feed,
        clickhouse: ClickHouse,
        places: Mapping[tuple[str, int], LogPosition],
    ) -> None:
        self._feed = feed
        self._settings = settings
        self._clickhouse = clickhouse
        self._origins = places
        self._client: Client | None = None
        self._sent = 0

    def _connect(self) -> Client:
        servers, topic = self._settings.kafka_bootstrap, events_topic(self._feed.name)
        try:
            if answers(self._settings) and topic in existing_topics(self._settings):
                return Client(self._settings)
        except KafkaError as error:
            raise self._failure(error) from None
        raise UnavailableError(
            f"Kafka at {servers} does not answer or has no topic {topic}: start the stack with "
            "`ioc up`, or set IOC_KAFKA_BOOTSTRAP to its address"
        )

    def send(self, fits: Sequence[Fit]) -> None:
        """Send and note these.

        Raises:
            UnavailableError: Kafka did not confirm all; confirmed ones are noted.
        """
        if not fits:
            return
        client = self._client = self._client or self._connect()
        failure: KafkaError | None = None
        futures: list[tuple[Reject, Any]] = []
        try:
            for fit in fits:
                futures.append((fit.reject, self._publish(client, fit)))  # noqa: PERF401 - may end
            client.flush(timeout=CONFIRM_S)
        except KafkaError as error:
            failure = error
        confirmed = [reject for reject, future in futures if future.succeeded()]
        self.note(confirmed)
        self._sent += len(confirmed)
        if len(confirmed) < len(fits):
            client.abandon()
            self._client = None
            raise self._failure(failure or _first_failure(futures))

    def note(self, rejects: Sequence[Reject]) -> None:
        """Note that these events have been resent."""
        now = datetime.now(UTC)
        rows = [
            (self._feed.name, reject.topic, *reject.log_position, reject.reason, now)
            for reject in rejects
        ]
        add_rows(self._clickhouse, "reject_replays", rows, COLUMNS)

    def _publish(self, client: Client, fit: Fit) -> Any:
        own = fit.reject.log_position
        origin = self._origins.get((fit.event_id, own.partition), own)
        return client.send(
            events_topic(self._feed.name),
            key=fit.key,
            value=fit.reject.raw,
            partition=partition_of(fit.key.decode(), self._settings.kafka_partitions),
            headers=[replay_header(origin)],
        )

    def _failure(self, error: BaseException | None) -> UnavailableError:
        return UnavailableError(
            f"Kafka at {self._settings.kafka_bootstrap} failed ({type(error).__name__}): "
            f"{self._sent:,} events of {self._feed.name} were sent and noted; run the command "
            "again for the rest"
        )

    def close(self) -> None:
        """Close the connection to Kafka."""
        if self._client is not None:
            self._client.close(timeout=CONFIRM_S)


def _first_failure(futures: Sequence[tuple[Reject, Any]]) -> BaseException | None:
    return next((future.exception for _, future in futures if not future.succeeded()), None)
