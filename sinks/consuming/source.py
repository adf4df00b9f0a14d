"""A group's Kafka consumer: waits for broker and topics, and survives the broker's absence."""

import logging
import time
from collections.abc import Collection, Mapping, Sequence, Set
from threading import Event
from typing import Any
from uuid import UUID

from kafka import KafkaConsumer
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata, TopicPartition

from contracts.access.clients import kafka_options
from contracts.settings import Settings
from sinks.client import brief
from sinks.consuming.batch import Offsets
from sinks.consuming.route import Group, Record
from sinks.errors import FatalSinkError
from sinks.kafka_records import read_any

log = logging.getLogger(__name__)

KNOCK_S = 1.0
PARTITION_BYTES = 4 << 20
"""Most bytes of a partition in a fetch. The client's default of 1 MB is two large messages."""
FETCH_BYTES = 16 << 20
WHOLE_FETCHES = 1_000_000_000
"""Most messages of a poll: all that were fetched, within FETCH_BYTES.

With a lower limit, kafka-python sets aside the rest of a paused partition, and never resumes it if
another partition has been read since.
"""
REMIND_S = 30.0
JOIN_S = 4.0
"""Longest wait of one poll for the group. A join may take minutes while another member is slow."""
JOIN_STEP_MS = 200
COMMIT_MS = 3_000
CLOSE_MS = 1_500


class Source:
    """Reads the topics of some routes as a member of their group. Used by one thread.

    Messages taken before a rebalance must be kept: in the partitions that stay, the client
    continues from its own position, and would not deliver them again.
    """

    def __init__(
        self, group: Group, topics: Collection[str], settings: Settings, halt: Event
    ) -> None:
        self._group, self._topics = group, topics
        self._settings, self._halt = settings, halt
        self._consumer: Any = None
        self._reminded = self._knocked = 0.0
        self._left: dict[TopicPartition, int] = {}
        self._next: dict[TopicPartition, int] = {}
        self._looked_at: set[TopicPartition] = set()
        self._ids: dict[str, UUID] = {}
        self.subscribed: frozenset[str] = frozenset()

    def open(self) -> bool:
        """Wait for the broker and a topic, then subscribe; False if ``halt`` was set before."""
        while not self._halt.is_set():
            try:
                if self._consumer is None:
                    self._consumer = self._connect()
                self._subscribe()
            except KafkaError as error:
                self._remind(f"Kafka at {self._settings.kafka_bootstrap}: {brief(error)}")
            if self.subscribed:
                return True
            self._halt.wait(KNOCK_S)
        return False

    def _subscribe(self) -> None:
        """Subscribe to the topics that exist; log which are missing."""
        self._knocked = time.monotonic()
        found = frozenset(filter(self._consumer.partitions_for_topic, self._topics))
        if found > self.subscribed:
            self._consumer.subscribe(sorted(found))
            self.subscribed = found
        if missing := sorted(frozenset(self._topics) - found):
            self._remind(f"these topics do not exist yet: {', '.join(missing)}")

    def poll(self, seconds: float, paused: Collection[str] = ()) -> list[list[Record]]:
        """The messages that came within ``seconds``, by partition; heartbeats go on meanwhile.

        Topics in ``paused`` give none, except in partitions assigned just now. Raises
        FatalSinkError if a log is shorter than the part already read, or its topic was recreated.
        """
        try:
            if len(self.subscribed) < len(self._topics) and self._is_to_knock():
                self._subscribe()
            self._pause(paused)
            polled = self._consumer.poll(timeout_ms=round(seconds * 1000))
            polled = polled or self._join()
        except KafkaError as error:
            self._remind(f"Kafka at {self._settings.kafka_bootstrap}: {brief(error)}")
            self._halt.wait(min(seconds, KNOCK_S))
            return []
        self._look_at_new()
        self._require_same_topics()
        self._require_same_logs(polled)
        self._note(polled)
        return list(polled.values())

    def _join(self) -> Mapping[TopicPartition, Sequence[Record]]:
        """Poll on until no join of the group is under way.

        kafka-python forgets a join that ends between two polls, and asks to join again: with short
        polls far apart, for ever.
        """
        polled: Mapping[TopicPartition, Sequence[Record]] = {}
        until = time.monotonic() + JOIN_S
        while not polled and self._is_joining() and time.monotonic() < until:
            if self._halt.is_set():
                break
            polled = self._consumer.poll(timeout_ms=JOIN_STEP_MS)
        return polled

    def _is_joining(self) -> bool:
        return self._consumer._coordinator._join_task is not None  # noqa: SLF001 - the only way

    def _look_at_new(self) -> None:
        """Note the committed offsets of partitions that are new to this consumer.

        Raises FatalSinkError if they were committed for an earlier topic of the same name.
        """
        for where in self._assigned() - self._looked_at:
            try:
                held = self._consumer.committed(where, metadata=True, timeout_ms=COMMIT_MS)
            except KafkaError as error:  # the polled messages must not be lost because of it
                log.info("%s: committed offsets not known yet: %s", self._group.name, brief(error))
                return
            now = self._topic_id(where.topic)
            if held and held.metadata and now and held.metadata != str(now):
                raise self._renewed(where.topic, held.metadata, now)
            self._looked_at.add(where)
            self._next[where] = max(self._next.get(where, 0), held.offset if held else 0)

    def _require_same_topics(self) -> None:
        """Raise FatalSinkError if a topic was recreated, whatever the length of its log.

        The client learns the new id from metadata, at the latest when a fetch finds no such topic.
        """
        for topic in self.subscribed:
            now = self._topic_id(topic)
            if now and (held := self._ids.setdefault(topic, now)) != now:
                raise self._renewed(topic, held, now)

    def _topic_id(self, topic: str) -> UUID | None:
        """The id of a topic; None until it is known."""
        id_: UUID | None = self._consumer._client.cluster.topic_id(topic)  # noqa: SLF001 - the only way
        return id_ if id_ and id_.int else None

    def _renewed(self, topic: str, held: object, now: UUID) -> FatalSinkError:
        why = f"{topic} was recreated (its id was {held}, and is {now})"
        return FatalSinkError(_another(self._settings, self._group, topic, why))

    def _require_same_logs(self, polled: Mapping[TopicPartition, Sequence[Record]]) -> None:
        """Raise FatalSinkError if the client went back to the beginning of a shorter log."""
        for where, records in polled.items():
            known, end = self._next.get(where, 0), self._consumer.highwater(where) or 0
            if records[0].offset < known and end < known:
                raise FatalSinkError(_shorter(self._settings, self._group, where, end, known))
            self._next[where] = max(known, records[-1].offset + 1)

    def _is_to_knock(self) -> bool:
        return time.monotonic() - self._knocked >= KNOCK_S

    def _pause(self, topics: Collection[str]) -> None:
        """Pause fetching of exactly these topics."""
        wanted = {where for where in self._assigned() if where.topic in topics}
        held = self._consumer.paused()
        self._consumer.pause(*(wanted - held))
        self._consumer.resume(*(held - wanted))

    def _note(self, polled: Mapping[TopicPartition, Sequence[Record]]) -> None:
        """Note how many messages are left in the partitions assigned now."""
        highest = self._consumer.highwater
        left = self._left | {
            where: max(0, (highest(where) or 0) - records[-1].offset - 1)
            for where, records in polled.items()
        }
        self._left = {where: left[where] for where in self._assigned() if where in left}

    def behind(self, topics: Collection[str]) -> int:
        """The number of messages not yet taken, as far as known. Thread-safe."""
        return sum(count for where, count in self._left.items() if where.topic in topics)

    def _assigned(self) -> Set[TopicPartition]:
        return self._consumer.assignment() or frozenset()

    def commit(self, offsets: Offsets) -> bool:
        """Commit offsets with the topics' ids; False, with a log line, if Kafka refuses.

        Partitions that have moved to another member are skipped. That member starts before these
        offsets, and the rows that it repeats make no second row.
        """
        assigned = self._assigned()
        own = {
            where: OffsetAndMetadata(at.offset, str(self._topic_id(where.topic) or ""), -1)
            for where, at in offsets.items()
            if where in assigned
        }
        try:
            if own:
                self._consumer.commit(own, timeout_ms=COMMIT_MS)
        except KafkaError as error:
            log.warning("%s: offsets not committed yet: %s", self._group.name, brief(error))
            return False
        return True

    def rewind(self, topics: Collection[str]) -> bool:
        """Go back to the committed offsets of these topics; False, with a log line, if that failed.

        A partition without a committed offset starts at its beginning.
        """
        wanted = [where for where in self._assigned() if where.topic in topics]
        try:
            for where in wanted:
                committed = self._consumer.committed(where, timeout_ms=COMMIT_MS)
                if committed is None:
                    self._consumer.seek_to_beginning(where)
                else:
                    self._consumer.seek(where, committed)
        except KafkaError as error:
            log.warning("%s: can't rewind yet: %s", self._group.name, brief(error))
            return False
        return True

    def close(self) -> None:
        """Leave the group.

        A join under way is left to the broker, which misses the member's heartbeats: the embedded
        broker makes a member that leaves while it joins the group's leader, for ever.
        """
        if self._consumer is not None:
            if self._is_joining():
                self._consumer._coordinator.reset_generation()  # noqa: SLF001 - the only way
            self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)

    def _connect(self) -> Any:
        read_any()
        session_ms = round(self._settings.kafka_session_timeout_s * 1000)
        return KafkaConsumer(
            **kafka_options(self._settings),
            client_id=self._group.id,
            group_id=self._group.id,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=session_ms // 3,
            max_poll_records=WHOLE_FETCHES,
            fetch_max_wait_ms=self._group.fetch_wait_ms,
            fetch_max_bytes=FETCH_BYTES,
            max_partition_fetch_bytes=PARTITION_BYTES,
            metadata_max_age_ms=30_000,
            bootstrap_timeout_ms=2_000,
            reconnect_backoff_max_ms=2_000,
            check_crcs=False,  # AnyBatch checks: after a wrong one, kafka-python's poll never ends
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )

    def _remind(self, what: str) -> None:
        """Log the reason for waiting, at most twice a minute."""
        now = time.monotonic()
        if not self._reminded or now - self._reminded >= REMIND_S:
            self._reminded = now
            log.warning("%s: waiting: %s", self._group.name, what)


def _shorter(settings: Settings, group: Group, where: TopicPartition, end: int, known: int) -> str:
    log_name = f"{where.topic}[{where.partition}]"
    why = f"{log_name} ends at offset {end}, but was read up to {known}: the log was cut, or the "
    return _another(settings, group, where.topic, f"{why}topic recreated")


def _another(settings: Settings, group: Group, topic: str, why: str) -> str:
    return (
        f"{why}. Stop workers and sinks, set IOC_GENERATION={settings.generation + 1} for all "
        f"processes and commands, reset the offsets of the group ("
        f"kafka-consumer-groups.sh --bootstrap-server {settings.kafka_bootstrap} --group "
        f"{group.id} --topic {topic} --reset-offsets --to-earliest --execute), start them, "
        "and run `ioc audit`"
    )
