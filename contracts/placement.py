"""Which partition of its feed's topic a unit's events belong in.

A pane and its version belong to one log, so all events of a unit must be in one partition: the one
that Java's clients and kafka-python choose for the unit's code as the key, by murmur2. librdkafka's
clients (.NET, Go, Python, Node, PHP, C++) hash by CRC32 unless configured otherwise.
"""

from functools import lru_cache

from kafka.partitioner.default import murmur2

POSITIVE = 0x7FFFFFFF


@lru_cache(maxsize=65_536)
def partition_of(unit: str, partitions: int) -> int:
    """The partition of a unit's events in a topic of ``partitions`` partitions."""
    return int(murmur2(unit.encode()) & POSITIVE) % partitions
