"""A route's Kafka consumer: waits for broker and topic, and survives the broker's absence."""

import logging
import time
from collections.abc import Mapping, Sequence
from threading import Event
from typing import Any

from kafka import KafkaConsumer
from kafka.errors import KafkaError

from contracts.access import kafka_options
from contracts.settings import Settings
from sinks.batch import Offsets
from sinks.client import brief
from sinks.route import Record, Route

log = logging.getLogger(__name__)

KNOCK_S = 1.0
PARTITION_BYTES = 4 << 20
"""Of a partition in one fetch; 1 MB, the client's default, is two messages of a busy worker."""
FETCH_BYTES = 16 << 20
REMIND_S = 30.0
COMMIT_MS = 3_000
CLOSE_MS = 1_500


class Source:
    """Reads a route's topic as a member of its group. Used by one thread.

    Messages taken before a rebalance stay valid after it: the client goes on from its own position
    in the partitions that it keeps, so whoever dropped them would lose them.
    """

    def __init__(self, route: Route, settings: Settings, halt: Event) -> None:
        self._route, self._settings, self._halt = route, settings, halt
        self._consumer: Any = None
        self._reminded = 0.0
        self._next: dict[Any, int] = {}
        self.is_open = False
        self.behind = 0
        """Messages after those that were taken, as far as the broker has told."""

    def open(self) -> bool:
        """Wait for the broker and the topic, then subscribe; False if told to stop before."""
        while not self._halt.is_set():
            try:
                if self._consumer is None:
                    self._consumer = self._connect()
                if self._consumer.partitions_for_topic(self._route.topic):
                    self._consumer.subscribe([self._route.topic])
                    self.is_open = True
                    return True
                self._remind(f"topic {self._route.topic} does not exist yet")
            except KafkaError as error:
                self._remind(f"Kafka at {self._settings.kafka_bootstrap}: {brief(error)}")
            self._halt.wait(KNOCK_S)
        return False

    def poll(self, seconds: float, *, paused: bool = False) -> list[Record]:
        """The messages that came within so many seconds; heartbeats go on meanwhile.

        While ``paused`` there are none, but those of partitions assigned this very moment.
        """
        assignment = self._consumer.assignment() or ()
        (self._consumer.pause if paused else self._consumer.resume)(*assignment)
        try:
            polled = self._consumer.poll(timeout_ms=round(seconds * 1000))
        except KafkaError as error:
            self._remind(f"Kafka at {self._settings.kafka_bootstrap}: {brief(error)}")
            self._halt.wait(min(seconds, KNOCK_S))
            return []
        self._note(polled)
        return [record for records in polled.values() for record in records]

    def _note(self, polled: Mapping[Any, Sequence[Record]]) -> None:
        """Note how much is left, of the partitions that are its own now."""
        self._next.update({where: records[-1].offset + 1 for where, records in polled.items()})
        assigned = self._consumer.assignment() or ()
        self._next = {where: self._next[where] for where in assigned if where in self._next}
        highest = self._consumer.highwater
        self.behind = sum(
            max(0, (highest(where) or 0) - following) for where, following in self._next.items()
        )

    def commit(self, offsets: Offsets) -> bool:
        """Commit; False, with a log line, if Kafka did not take it.

        Partitions that went to another member meanwhile are left to it: it starts before these
        offsets, and what it writes again makes no second row.
        """
        assigned = self._consumer.assignment() or ()
        own = {where: offset for where, offset in offsets.items() if where in assigned}
        try:
            if own:
                self._consumer.commit(own, timeout_ms=COMMIT_MS)
        except KafkaError as error:
            log.warning("%s: offsets not committed yet: %s", self._route.name, brief(error))
            return False
        return True

    def close(self) -> None:
        """Leave the group."""
        if self._consumer is not None:
            self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)

    def _connect(self) -> Any:
        session_ms = round(self._settings.kafka_session_timeout_s * 1000)
        return KafkaConsumer(
            **kafka_options(self._settings),
            client_id=self._route.group,
            group_id=self._route.group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=session_ms // 3,
            max_poll_records=self._route.poll_records,
            fetch_max_wait_ms=self._route.fetch_wait_ms,
            fetch_max_bytes=FETCH_BYTES,
            max_partition_fetch_bytes=PARTITION_BYTES,
            metadata_max_age_ms=30_000,
            bootstrap_timeout_ms=2_000,
            reconnect_backoff_max_ms=2_000,
            check_crcs=False,  # in pure Python it would be five times the work of all the rest
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )

    def _remind(self, what: str) -> None:
        """Log what is waited for, twice a minute at most."""
        now = time.monotonic()
        if not self._reminded or now - self._reminded >= REMIND_S:
            self._reminded = now
            log.warning("%s: waiting: %s", self._route.name, what)
