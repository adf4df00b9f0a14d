"""A node of Apache Kafka for measurements that are too long for the embedded broker.

That keeps its log in memory, and its fetches get slower with the number of record batches. The node
runs as in the broker tests: it needs Java 17 and, the first time, Maven.
"""

from collections.abc import Mapping

from benchmarks.stack import BenchStack, wait_until
from contracts.registry import feeds_named
from ioc import topics
from ioc.ports import answers, free_port, host_and_port
from tests.kafka.apache import Node, prepared

READY_S = 300.0


def start_kafka(stack: BenchStack, extra: Mapping[str, str] | None = None) -> int:
    """A node with all topics of the stack's feeds; gives its process id.

    ``extra`` are settings of the broker. Raises NoKafka where it can't run, UnavailableError where
    it does not answer.
    """
    host, port = host_and_port(stack.settings.kafka_bootstrap)
    node = Node(1, port, free_port(), stack.settings.data_dir / "kafka-1")
    pid = stack.start_process(prepared(node, [node], extra), "broker")
    wait_until(lambda: answers(host, port), "Apache Kafka answers", READY_S)
    topics.apply(stack.settings, feeds_named(stack.settings.feeds))
    return pid
