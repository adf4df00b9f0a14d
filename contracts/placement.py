"""Which partition of its feed's topic a unit's events belong in.

A pane and its version speak for one log, so all events of a unit must stand in one partition: the
one to which Java's clients send its code as the key, and kafka-python, by murmur2. librdkafka's
clients (.NET, Go, Python, Node, PHP, C++) hash by CRC32 unless they are told otherwise.
"""

from functools import lru_cache

from kafka.partitioner.default import murmur2

POSITIVE = 0x7FFFFFFF


@lru_cache(maxsize=65_536)
def partition_of(unit: str, partitions: int) -> int:
    """The partition of a unit's events, of so many."""
    return int(murmur2(unit.encode()) & POSITIVE) % partitions
