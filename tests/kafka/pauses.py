"""How long partitions stood still, read from the timestamps of what workers have published."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

from kafka import KafkaConsumer, TopicPartition

Moments = Mapping[TopicPartition, Sequence[int]]
"""Partition -> when each of its messages was sent, ascending, in milliseconds since 1970."""


def sent_at(bootstrap: str, topics: Sequence[str]) -> Moments:
    """Read these topics to their ends; workers send a message an accepted batch."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap.split(","), enable_auto_commit=False)
    try:
        logs = [TopicPartition(name, n) for name in topics for n in _partitions(consumer, name)]
        ends = consumer.end_offsets(logs)
        consumer.assign(logs)
        consumer.seek_to_beginning(*logs)
        moments: dict[TopicPartition, list[int]] = defaultdict(list)
        while any(consumer.position(log) < ends[log] for log in logs):
            for log, messages in consumer.poll(timeout_ms=500).items():
                moments[log] += [message.timestamp for message in messages]
        return {log: sorted(held) for log, held in moments.items()}
    finally:
        consumer.close()


def _partitions(consumer: KafkaConsumer, topic: str) -> Sequence[int]:
    return sorted(consumer.partitions_for_topic(topic) or ())


def pauses_s(moments: Moments, first_s: float, last_s: float) -> list[float]:
    """Each partition's longest pause that touches that time (seconds since 1970), in seconds.

    A partition that sent nothing around that time is left out.
    """
    longest = []
    for held in moments.values():
        touching = [
            (end - start) / 1000
            for start, end in pairwise(held)
            if start < last_s * 1000 and end > first_s * 1000
        ]
        if touching:
            longest.append(max(touching))
    return longest


def told(pauses: Sequence[float]) -> str:
    """The median and the longest of pauses."""
    return f"median {median(pauses):.1f} s, longest {max(pauses):.1f} s"
