"""A version's records as a file: every one in its topic, partition and place."""

import gzip
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import orjson
from kafka import KafkaProducer

from contracts.registry import FEEDS
from contracts.settings import load_settings
from contracts.topics import topic_specs
from tests.e2e.ledger import records

FILE = "records.jsonl.gz"


def save(bootstrap: str, folder: Path) -> int:
    """Write the records of all topics; give their number."""
    lines = []
    for topic in (spec.name for spec in topic_specs(load_settings(), FEEDS)):
        following: dict[int, int] = {}
        for record in records(bootstrap, topic):
            partition = record.partition
            assert record.offset == following.get(partition, 0), "a log without gaps is wanted"
            following[partition] = record.offset + 1
            lines.append(orjson.dumps([topic, partition, *_plain(record)]))
    (folder / FILE).write_bytes(gzip.compress(b"\n".join(lines), mtime=0))
    return len(lines)


def load(bootstrap: str, folder: Path) -> None:
    """Put each record in its old place of topics that are there and empty."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    for line in gzip.decompress((folder / FILE).read_bytes()).splitlines():
        topic, partition, key, value, headers, at_ms = orjson.loads(line)
        producer.send(
            topic,
            value=_bytes(value),
            key=_bytes(key),
            headers=[(name, _bytes(text)) for name, text in headers],
            partition=partition,
            timestamp_ms=at_ms,
        )
    producer.close()


def _plain(record: Any) -> list[Any]:
    headers = [(name, _text(value)) for name, value in record.headers]
    return [_text(record.key), _text(record.value), headers, record.timestamp]


def _text(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)
