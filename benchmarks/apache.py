"""A node of Apache Kafka for measurements that are too long for the embedded broker.

That keeps its log in memory, and its fetches get slower with the number of record batches. The node
runs as in the broker tests: it needs Java 17 and, the first time, Maven.
"""

from collections.abc import Mapping

from benchmarks.stack import BenchStack
from contracts.errors import UnavailableError
from ioc.embedded.ports import free_port, host_and_port
from tests.archives import NoArchives
from tests.kafka.apache import Node, prepared


def start_kafka(stack: BenchStack, extra: Mapping[str, str] | None = None) -> int:
    """Start a node with all topics of the stack's feeds; return its process id.

    ``extra`` are settings of the broker. Raises UnavailableError where it can't run or does not
    answer.
    """
    _, port = host_and_port(stack.settings.kafka_bootstrap)
    node = Node(1, port, free_port(), stack.settings.data_dir / "kafka-1")
    try:
        command = prepared(node, [node], extra)
    except NoArchives as reason:
        raise UnavailableError(f"no Apache Kafka: {reason}") from None
    return stack.start_broker(command)
