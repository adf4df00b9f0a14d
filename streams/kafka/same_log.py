"""Whether a log is still the one that a worker's state is of.

A topic may be made anew under its name, a log cut after an unclean election, a mirror cluster take
over: then offsets mean other events, and what comes at those that are included already would pass
for repeats.
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
"""What stands for no id."""
BOOTSTRAP_MS = 5_000

logger = logging.getLogger(__name__)


class AnotherLogError(IocError):
    """A log is not the one that the state is of."""


def another_log(settings: Settings, log: str, why: str) -> AnotherLogError:
    """The error, with what to run."""
    following = settings.generation + 1
    return AnotherLogError(
        f"{log}: {why}, so its offsets mean other events now, and nothing of it is worked before "
        f"somebody has looked. Stop workers and sinks, set IOC_GENERATION={following} for all "
        "parts and commands, start them, and run `ioc audit`: figures go on from what they are, "
        "and the log is read from its beginning"
    )


def shorter_log(settings: Settings, log: str, end: int, known: int) -> AnotherLogError:
    """The error for a log that ends before the offset up to which the state includes it."""
    return another_log(
        settings, log, f"it ends at offset {end}, but has been worked through up to {known}"
    )


def renewed_topic(settings: Settings, topic: str, held: str, now: str) -> AnotherLogError:
    """The error for a topic that was made anew."""
    why = f"its topic was made anew (its id was {held}, and is {now})"
    return another_log(settings, topic, why)


class TopicIds(Thread):
    """What Kafka calls topics beside their names, which a topic made anew does not share.

    ``of`` never blocks; ``look`` may be called from any thread.
    """

    def __init__(self, settings: Settings, topics: Sequence[str]) -> None:
        super().__init__(name="topic ids", daemon=True)
        # It tells of each connection.
        logging.getLogger("kafka").setLevel(logging.WARNING)
        self._settings = settings
        self._topics = topics
        self._lock = Lock()
        self._admin: KafkaAdminClient | None = None
        self._ids: Mapping[str, str] = {}
        self._first_ids: Mapping[str, str] = {}

    def of(self, topic: str) -> str:
        """Its id as it was seen last; empty where none was, or the broker gives none."""
        return self._ids.get(topic, "")

    def require_unchanged(self, topic: str) -> None:
        """Raise AnotherLogError where a topic has another id than when it was first looked at.

        A worker may hold no partition of it any more: Faust lets go of a topic that is missing for
        a moment, and takes it up again never.
        """
        first, now = self._first_ids.get(topic, ""), self.of(topic)
        if first != now:
            raise renewed_topic(self._settings, topic, first, now)

    def look(self) -> None:
        """Ask the broker now; one that does not answer leaves what was seen last."""
        with self._lock:
            try:
                if self._admin is None:
                    self._admin = KafkaAdminClient(
                        **kafka_options(self._settings),
                        client_id="ioc-topic-ids",
                        bootstrap_timeout_ms=BOOTSTRAP_MS,
                    )
                told = self._admin.describe_topics()  # asked for by name, Tansu would make them
            except (KafkaError, OSError, ValueError) as error:
                logger.debug("the topics' ids are not known: %s", error)
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
