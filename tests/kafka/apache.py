"""Apache Kafka brokers as processes of a test: KRaft, each node broker and controller."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.kafka.artefacts import HERE, classpath

CLUSTER = "gdIaBQGZSWScFizoh4Eq1w"
JAVA = ("java", "-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""A small heap and only the quick compiler: a broker of a test lives for a minute."""

BROKER_SESSION_MS = 3_000
"""Time without a heartbeat after which a broker counts as dead (Kafka's default: 9 s)."""


@dataclass(frozen=True)
class Node:
    """A node of a cluster: its number from 1, its ports, its folder."""

    number: int
    port: int
    controller_port: int
    folder: Path

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def voter(self) -> str:
        return f"{self.number}@127.0.0.1:{self.controller_port}"


def prepared(
    node: Node, nodes: Sequence[Node], extra: Mapping[str, str] | None = None
) -> list[str]:
    """Write a node's settings, format its folder if that's new, and give its command line.

    Raises:
        NoArchives: Apache Kafka can't run on this machine.
    """
    node.folder.mkdir(parents=True, exist_ok=True)
    settings = node.folder / "server.properties"
    lines = (f"{name}={value}\n" for name, value in _settings(node, nodes, extra or {}).items())
    settings.write_text("".join(lines))
    if not (node.folder / "data" / "meta.properties").exists():
        format_ = _java("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(settings))
        done = subprocess.run(format_, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return _java("kafka.Kafka", str(settings))


def _java(*arguments: str) -> list[str]:
    logging = f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"
    return [*JAVA, logging, "-cp", classpath(), *arguments]


def _settings(node: Node, nodes: Sequence[Node], extra: Mapping[str, str]) -> dict[str, str]:
    replicas = str(min(3, len(nodes)))
    in_sync = str(max(1, len(nodes) - 1))
    internal = {
        f"{topic}.{name}": value
        for topic in ("transaction.state.log", "share.coordinator.state.topic")
        for name, value in (("replication.factor", replicas), ("min.isr", in_sync))
    }
    return {
        "process.roles": "broker,controller",
        "node.id": str(node.number),
        "controller.quorum.voters": ",".join(other.voter for other in nodes),
        "listeners": f"PLAINTEXT://{node.address},CONTROLLER://127.0.0.1:{node.controller_port}",
        "advertised.listeners": f"PLAINTEXT://{node.address}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": str(node.folder / "data"),
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": replicas,
        "offsets.topic.num.partitions": "4",
        "min.insync.replicas": in_sync,
        # Tests don't wait: for members that may still come, for what is old to be deleted, nor
        # long for brokers that are dead.
        "group.initial.rebalance.delay.ms": "0",
        "group.min.session.timeout.ms": "500",
        "log.initial.task.delay.ms": "500",
        "log.retention.check.interval.ms": "500",
        "broker.session.timeout.ms": str(BROKER_SESSION_MS),
        "broker.heartbeat.interval.ms": str(BROKER_SESSION_MS // 4),
        **internal,
        **extra,
    }
