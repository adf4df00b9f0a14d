"""Creates the required Kafka topics, and alters those that differ."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import KafkaError, TopicAlreadyExistsError

from contracts.access.clients import kafka_options, kafka_settings
from contracts.errors import IocError, UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import TopicSpec, topic_specs

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
    actual: Mapping[str, str] | None

    @property
    def wanted(self) -> dict[str, str]:
        """The required properties."""
        fixed = {PARTITIONS: str(self.spec.partitions), REPLICATION: str(self.spec.replication)}
        return fixed | dict(self.spec.config)

    @property
    def differing(self) -> dict[str, str]:
        """The required values of the properties that differ."""
        actual = self.actual
        if actual is None:
            return {}
        return {
            name: value
            for name, value in self.wanted.items()
            if _normal(actual.get(name)) != _normal(value)
        }

    @property
    def is_right(self) -> bool:
        """Whether it exists and is as required."""
        return self.actual is not None and not self.differing


def _normal(value: str | None) -> str | None:
    """A config's value; a list of policies is sorted, because its order does not matter."""
    return None if value is None else ",".join(sorted(value.replace(" ", "").split(",")))


def read_states(admin: KafkaAdminClient, specs: Sequence[TopicSpec]) -> list[TopicState]:
    """Ask Kafka for the topics of these specs. Raises KafkaError."""
    existing = set(admin.list_topics())
    names = [spec.name for spec in specs if spec.name in existing]
    if not names:
        return [TopicState(spec, None) for spec in specs]
    configs = _configs(admin, names)
    shapes = {topic["name"]: _shape(topic["partitions"]) for topic in admin.describe_topics(names)}
    actual = {name: {**configs[name], **shapes[name]} for name in names if name in shapes}
    return [TopicState(spec, actual.get(spec.name)) for spec in specs]


def _shape(partitions: Sequence[Mapping[str, Sequence[int]]]) -> dict[str, str]:
    fewest = min((len(each["replica_nodes"]) for each in partitions), default=0)
    return {PARTITIONS: str(len(partitions)), REPLICATION: str(fewest)}


def _configs(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    answers = admin.describe_configs(resources, config_filter="all").get("topic", {})
    return {
        name: {key: str(config["value"]) for key, config in answers.get(name, {}).items()}
        for name in names
    }


BOOTSTRAP_MS = 5_000
RETRY_S = 0.3

Answer = TypeVar("Answer")


class FixedTopicError(IocError):
    """A topic differs in a property that can't change without moving its events."""


def apply(
    settings: Settings,
    feeds: Sequence[Feed],
    patience_s: float = 20.0,
) -> list[str]:
    """Create missing topics, alter differing configs; return what was done.

    Raises:
        UnavailableError: the broker can't be reached within ``patience_s``, or refuses.
        FixedTopicError: a topic has other partitions or replicas; everything else was applied
            before.
    """
    specs = topic_specs(settings, feeds)
    done, states = _asked(settings, patience_s, lambda admin: _apply(admin, specs))
    if differing := [state for state in states if set(FIXED) & set(state.differing)]:
        raise FixedTopicError(_fixed_sentence(differing))
    return done


def read(settings: Settings, feeds: Sequence[Feed], patience_s: float = 5.0) -> list[TopicState]:
    """The actual topics beside their specs. Raises UnavailableError."""
    specs = topic_specs(settings, feeds)
    return _asked(settings, patience_s, lambda admin: read_states(admin, specs))


def _asked(
    settings: Settings, patience_s: float, ask: Callable[[KafkaAdminClient], Answer]
) -> Answer:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            admin = KafkaAdminClient(
                **kafka_options(settings), client_id="ioc-topics", bootstrap_timeout_ms=BOOTSTRAP_MS
            )
            try:
                return ask(admin)
            finally:
                admin.close()
        except (KafkaError, OSError, ValueError) as error:
            if time.monotonic() > deadline:
                raise UnavailableError(
                    f"Kafka at {settings.kafka_bootstrap} failed to read or change the topics: "
                    f"{type(error).__name__}: {error}; is the broker up, do these fit: "
                    f"{kafka_settings(settings)}, and are there "
                    f"IOC_KAFKA_REPLICATION={settings.kafka_replication} brokers?"
                ) from None
            time.sleep(RETRY_S)


def _apply(
    admin: KafkaAdminClient, specs: Sequence[TopicSpec]
) -> tuple[list[str], list[TopicState]]:
    states = read_states(admin, specs)
    missing = [state.spec for state in states if state.actual is None]
    with suppress(TopicAlreadyExistsError):  # another process may have been faster
        if missing:
            _create(admin, missing)
    done = [f"created {spec.name}" for spec in missing]
    for state in states:
        changed = {name: to for name, to in state.differing.items() if name not in FIXED}
        if changed:
            _alter(admin, state.spec.name, changed)
            actual = state.actual or {}
            done += [
                f"{state.spec.name}: {name} is {to} now, was {actual.get(name, 'not set')}"
                for name, to in changed.items()
            ]
    return done, states


def _alter(admin: KafkaAdminClient, topic: str, configs: dict[str, str]) -> None:
    answers = admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs)])
    if (answer := answers["topic"][topic]) != "OK":
        raise UnavailableError(f"Kafka refused to alter {', '.join(configs)} of {topic}: {answer}")


def _create(admin: KafkaAdminClient, specs: Sequence[TopicSpec]) -> None:
    admin.create_topics(
        {
            spec.name: {
                "num_partitions": spec.partitions,
                "replication_factor": spec.replication,
                "configs": dict(spec.config),
            }
            for spec in specs
        }
    )


def _fixed_sentence(states: Sequence[TopicState]) -> str:
    answers = "; ".join(
        f"{state.spec.name} has {(state.actual or {})[name]} {name}, wanted {state.differing[name]}"
        for state in states
        for name in FIXED
        if name in state.differing
    )
    return (
        f"{answers}. More partitions would part a district's events, and replicas are moved with "
        "Kafka's own kafka-reassign-partitions.sh: set IOC_KAFKA_PARTITIONS and "
        "IOC_KAFKA_REPLICATION to what there is, or move them"
    )
