"""The actual properties of Kafka's topics, beside the required ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from contracts.topics import TopicSpec

PARTITIONS, REPLICATION = "partitions", "replication"
FIXED = (PARTITIONS, REPLICATION)
"""Properties that ``ioc topics apply`` leaves as they are."""


@dataclass(frozen=True)
class TopicState:
    """A required topic and its actual properties; None if it doesn't exist.

    Properties are ``partitions``, ``replication`` (the fewest replicas of a partition) and the
    names of the configs that its spec sets.
    """

    spec: TopicSpec
    held: Mapping[str, str] | None

    @property
    def wanted(self) -> dict[str, str]:
        """The required properties."""
        fixed = {PARTITIONS: str(self.spec.partitions), REPLICATION: str(self.spec.replication)}
        return fixed | dict(self.spec.config)

    @property
    def differing(self) -> dict[str, str]:
        """The required values of the properties that differ."""
        held = self.held
        if held is None:
            return {}
        return {
            name: value
            for name, value in self.wanted.items()
            if _normal(held.get(name)) != _normal(value)
        }

    @property
    def is_right(self) -> bool:
        """Whether it exists and is as required."""
        return self.held is not None and not self.differing


def _normal(value: str | None) -> str | None:
    """A list of policies means the same in any order."""
    return None if value is None else ",".join(sorted(value.replace(" ", "").split(",")))


def read_states(admin: KafkaAdminClient, specs: Sequence[TopicSpec]) -> list[TopicState]:
    """Ask Kafka for the topics of these specs. Raises KafkaError."""
    existing = set(admin.list_topics())
    names = [spec.name for spec in specs if spec.name in existing]
    if not names:
        return [TopicState(spec, None) for spec in specs]
    configs = _configs(admin, names)
    shapes = {topic["name"]: _shape(topic["partitions"]) for topic in admin.describe_topics(names)}
    held = {name: {**configs[name], **shapes[name]} for name in names if name in shapes}
    return [TopicState(spec, held.get(spec.name)) for spec in specs]


def _shape(partitions: Sequence[Mapping[str, Sequence[int]]]) -> dict[str, str]:
    fewest = min((len(each["replica_nodes"]) for each in partitions), default=0)
    return {PARTITIONS: str(len(partitions)), REPLICATION: str(fewest)}


def _configs(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    told = admin.describe_configs(asked, config_filter="all").get("topic", {})
    return {
        name: {key: str(config["value"]) for key, config in told.get(name, {}).items()}
        for name in names
    }
