"""Whether every partition is worked: each accepted batch adds a message to its topic."""

from collections.abc import Mapping, Sequence

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from tests.chaos.scene import Scene

WORKED_S = 60.0


class Worked:
    """The ends of topics of accepted events; close it at the end."""

    def __init__(self, bootstrap: str, topics: Sequence[str]) -> None:
        self._topics = topics
        self._consumer = KafkaConsumer(
            bootstrap_servers=bootstrap.split(","), enable_auto_commit=False
        )

    def ends(self) -> Mapping[TopicPartition, int]:
        """Partition -> the offset of its next message; empty while the brokers don't answer."""
        try:
            logs = [
                TopicPartition(topic, number)
                for topic in self._topics
                for number in self._consumer.partitions_for_topic(topic) or ()
            ]
            return dict(self._consumer.end_offsets(logs))
        except KafkaError:
            return {}

    def wait(self, scene: Scene) -> None:
        """Until each partition has worked a batch from now on, however busy the machine is."""
        before: Mapping[TopicPartition, int] = {}
        standing: list[TopicPartition] = []

        def all_went_on() -> bool:
            nonlocal before
            now = self.ends()
            before = before or now
            standing[:] = [log for log, end in before.items() if now.get(log, 0) <= end]
            return bool(before) and not standing

        scene.wait(WORKED_S, all_went_on)
        assert before, "the brokers tell no offsets"
        assert not standing, f"after {WORKED_S:.0f} s no batch was worked of {standing}"

    def close(self) -> None:
        """Close the connections."""
        self._consumer.close()
