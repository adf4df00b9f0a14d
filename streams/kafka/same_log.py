"""Detects that a log is no longer the one that a worker's state was built from.

A topic may be recreated under its name, a log truncated after an unclean election, or a mirror
cluster may take over. Offsets then mean other events, and events at offsets that the state already
includes would pass for repeats.
"""

import logging
from collections.abc import Mapping, Sequence
from threading import Event, Lock, Thread

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from contracts.access.clients import kafka_options
from contracts.errors import IocError
from contracts.settings import Settings

LOOK_S = 10.0
NONE = "00000000-0000-0000-0000-000000000000"
"""Stands for a missing id."""
BOOTSTRAP_MS = 5_000

logger = logging.getLogger(__name__)


class AnotherLogError(IocError):
    """A log is not the one that the state was built from."""


def another_log(settings: Settings, log: str, why: str) -> AnotherLogError:
    """The error, with instructions for the operator."""
    following = settings.generation + 1
    return AnotherLogError(
        f"{log}: {why}, so its offsets now mean other events, and none of it is processed until "
        f"an operator acts. Stop workers and sinks, set IOC_GENERATION={following} for all "
        "processes and commands, start them, and run `ioc audit`: figures continue from their "
        "present values, and the log is read from its beginning"
    )


def shorter_log(settings: Settings, log: str, end: int, known: int) -> AnotherLogError:
    """The error for a log that ends before the last offset that the state includes."""
    return another_log(
        settings, log, f"it ends at offset {end}, but has been processed up to {known}"
    )


def renewed_topic(settings: Settings, topic: str, held: str, now: str) -> AnotherLogError:
    """The error for a topic that was recreated."""
    why = f"its topic was recreated (its id was {held}, and is {now})"
    return another_log(settings, topic, why)


class TopicIds(Thread):
    """Kafka's ids of topics; a recreated topic has another id under the same name.

    ``of`` never blocks; ``look`` may be called from any thread.
    """

    def __init__(self, settings: Settings, topics: Sequence[str]) -> None:
        super().__init__(name="topic ids", daemon=True)
        # The library logs each connection.
        logging.getLogger("kafka").setLevel(logging.WARNING)
        self._settings = settings
        self._topics = topics
        self._lock = Lock()
        self._admin: KafkaAdminClient | None = None
        self._ids: Mapping[str, str] = {}
        self._first_ids: Mapping[str, str] = {}

    def of(self, topic: str) -> str:
        """The id seen last; empty if none was seen, or the broker gives none."""
        return self._ids.get(topic, "")

    def require_unchanged(self, topic: str) -> None:
        """Raise AnotherLogError if a topic's id differs from the first one seen.

        This works without a partition of the topic: Faust drops a topic that is missing for a
        moment, and never takes it up again.
        """
        first, now = self._first_ids.get(topic, ""), self.of(topic)
        if first != now:
            raise renewed_topic(self._settings, topic, first, now)

    def look(self) -> None:
        """Ask the broker for the ids now; without an answer, the last ones stay."""
        with self._lock:
            try:
                if self._admin is None:
                    self._admin = KafkaAdminClient(
                        **kafka_options(self._settings),
                        client_id="ioc-topic-ids",
                        bootstrap_timeout_ms=BOOTSTRAP_MS,
                    )
                # All topics: Tansu would create those asked for by name.
                told = self._admin.describe_topics()
            except (KafkaError, OSError, ValueError) as error:
                logger.debug("could not read the topics' ids: %s", error)
                self._close()
                return
            found = {topic["name"]: str(topic.get("topic_id") or NONE) for topic in told}
            seen = {name: id_ for name, id_ in found.items() if id_ != NONE}
            own = {name: seen[name] for name in self._topics if name in seen}
            self._first_ids = {**own, **self._first_ids}
            self._ids = {**self._ids, **own}

    def run(self) -> None:
        """Look for ever."""
        pause = Event()
        while not pause.wait(LOOK_S):
            self.look()

    def _close(self) -> None:
        if self._admin is not None:
            self._admin.close()
            self._admin = None
