"""The broker of tests: the embedded one, or Apache Kafka with ``TEST_BROKER=apache``."""

import os
from collections.abc import Mapping
from pathlib import Path

from ioc.embedded.ports import free_ports
from tests.e2e.running import Part
from tests.kafka.apache import Node, prepared

CHOICE = "TEST_BROKER"
APACHE = "apache"


def is_apache() -> bool:
    """Was Apache Kafka chosen?"""
    return os.environ.get(CHOICE, "") == APACHE


def choose_apache() -> None:
    """Choose Apache Kafka for all that this process starts from now on."""
    os.environ[CHOICE] = APACHE


class ApacheBroker(Part):
    """A node of Apache Kafka, which finds its log again when it is started again."""

    def __init__(
        self,
        environment: dict[str, str],
        node: Node,
        nodes: list[Node],
        extra: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(environment, "broker", name=node.folder.name)
        self.node = node
        self._nodes = nodes
        self._extra = extra

    def command(self) -> list[str]:
        """See Part; formats its folder at the first start. Raises NoArchives."""
        return prepared(self.node, self._nodes, self._extra)


def nodes_of(folder: Path, ports: list[int]) -> list[Node]:
    """The nodes of a cluster whose brokers listen on these ports."""
    controllers = free_ports(len(ports))
    return [
        Node(number, port, controller, folder / f"kafka-{number}")
        for number, (port, controller) in enumerate(zip(ports, controllers, strict=True), 1)
    ]


def apache_brokers(
    environment: dict[str, str], extra: Mapping[str, str] | None = None
) -> list[ApacheBroker]:
    """An Apache Kafka broker at each of the environment's addresses, not started yet."""
    nodes = nodes_of(Path(environment["IOC_DATA_DIR"]), broker_ports(environment))
    return [ApacheBroker(environment, node, nodes, extra) for node in nodes]


def brokers_of(environment: dict[str, str]) -> list[Part]:
    """The chosen kind of broker at each of the environment's addresses, not started yet."""
    if is_apache():
        return list(apache_brokers(environment))
    return [Part(environment, "broker")]


def broker_ports(environment: dict[str, str]) -> list[int]:
    """The ports of the environment's Kafka addresses."""
    addresses = environment["IOC_KAFKA_BOOTSTRAP"].split(",")
    return [int(address.rpartition(":")[2]) for address in addresses]
