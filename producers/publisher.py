"""The publisher: sends messages to Kafka in order and keeps each until it is acknowledged.

kafka-python retries by itself while its producer id is valid. When that ends - a broker came back
without its memory, or a message expired - the publisher builds a new client and resends what was
not acknowledged. So a message may arrive twice, under the same event_id, but is never lost.
"""

import logging
import time
from collections import deque
from threading import Event
from typing import Any, NamedTuple

from kafka.errors import KafkaError

from contracts.metrics import PUBLISH_RETRIES
from contracts.settings import Settings
from contracts.topics import events_topic
from producers.client import Client, answers, existing_topics
from producers.faults import Message

log = logging.getLogger(__name__)

RETRIES = PUBLISH_RETRIES.counter()
MOST_PENDING = 50_000
RETRY_S = 1.0
SAY_EVERY_S = 5.0
PAUSE_S = 0.01


class _Outgoing(NamedTuple):
    feed: str
    message: Message


class Publisher:
    """Sends messages of any feed. Not thread-safe.

    ``stop`` ends waiting: for a broker to answer, a topic to exist, or space in the outbox.
    """

    def __init__(self, settings: Settings, stop: Event) -> None:
        self._settings = settings
        self._stop = stop
        self._client: Client | None = None
        self._topics: frozenset[str] = frozenset()
        self._waiting: deque[_Outgoing] = deque()
        self._sent: deque[tuple[_Outgoing, Any]] = deque()
        self._retry_at = 0.0
        self._progress_at = time.monotonic()
        self._said_at = -SAY_EVERY_S
        self.acknowledged: dict[str, int] = {}
        """Feed -> publication time (ms) up to which all its messages are acknowledged."""

    @property
    def pending(self) -> int:
        """Number of messages accepted but not acknowledged."""
        return len(self._waiting) + len(self._sent)

    @property
    def is_connected(self) -> bool:
        """Whether it has a client and has seen the topics that it sends to."""
        return self._client is not None and bool(self._topics)

    @property
    def progressed_s(self) -> float:
        """When it last made progress or had nothing to do (time.monotonic)."""
        return self._progress_at

    def send(self, feed: str, message: Message) -> None:
        """Accept a message; wait while 50,000 are pending (unless stopped)."""
        self._waiting.append(_Outgoing(feed, message))
        self._push()
        while self.pending >= MOST_PENDING and not self._stop.is_set():
            self._stop.wait(PAUSE_S)
            self.settle()

    def settle(self) -> None:
        """Record acknowledgements, and resend what failed."""
        sent, acknowledged = self._sent, self.acknowledged
        while sent and sent[0][1].is_done:
            outgoing, future = sent[0]
            if future.failed():
                self._lose(future.exception)
                break
            sent.popleft()
            acknowledged[outgoing.feed] = outgoing.message.publish_ms
            self._progress_at = time.monotonic()
        self._push()
        if not self.pending:
            self._progress_at = time.monotonic()
        elif sent and time.monotonic() - self._progress_at > SAY_EVERY_S:
            self._say("does not acknowledge")

    def flush(self, deadline_s: float) -> bool:
        """Wait up to ``deadline_s`` for all acknowledgements. True if all arrived."""
        deadline = time.monotonic() + deadline_s
        self.settle()
        while self.pending and time.monotonic() < deadline:
            time.sleep(PAUSE_S)
            self.settle()
        return not self.pending

    def close(self) -> None:
        """Stop sending; pending messages are dropped."""
        if self._client:
            self._client.abandon()
            self._client = None
        self._topics = frozenset()

    def _push(self) -> None:
        """Hand over waiting messages, as many as the client accepts."""
        while self._waiting and (client := self._ready_client()):
            feed, message = self._waiting[0]
            topic = events_topic(feed)
            try:
                if topic not in self._topics and not self._exists(topic):
                    return
                future = client.send(topic, key=message.key, value=message.value)
            except KafkaError as error:
                self._lose(error)
                return
            self._sent.append((self._waiting.popleft(), future))

    def _ready_client(self) -> Client | None:
        """The client, built if there is none; None if the next attempt is not due yet."""
        if time.monotonic() < self._retry_at:
            return None
        if self._client is None:
            why = "does not answer"
            try:
                self._client = Client(self._settings) if answers(self._settings) else None
            except KafkaError as error:
                why = f"does not take this client ({type(error).__name__})"
            if self._client is None:
                self._retry_at = time.monotonic() + RETRY_S
                self._say(why)
        return self._client

    def _exists(self, topic: str) -> bool:
        """Whether the topic exists. Asked of all, since a broker may create one that a client
        names.
        """
        self._topics = existing_topics(self._settings)
        if topic in self._topics:
            return True
        self._retry_at = time.monotonic() + RETRY_S
        self._say(f"has no topic {topic} yet")
        return False

    def _lose(self, error: Exception) -> None:
        """Give up the client and put its unacknowledged messages back in front, in order."""
        RETRIES.inc()
        self.close()
        left = [outgoing for outgoing, future in self._sent if not future.succeeded()]
        self._sent.clear()
        self._waiting.extendleft(reversed(left))
        self._retry_at = time.monotonic() + RETRY_S
        self._say(f"failed ({type(error).__name__}: {error})")

    def _say(self, what: str) -> None:
        if time.monotonic() - self._said_at >= SAY_EVERY_S:
            self._said_at = time.monotonic()
            log.warning(
                "Kafka at %s %s; %d messages wait, trying again",
                self._settings.kafka_bootstrap,
                what,
                self.pending,
            )
