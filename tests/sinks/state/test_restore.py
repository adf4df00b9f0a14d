"""From the changelog to the mirror and back, byte for byte."""

from pathlib import Path

import pytest

from contracts.feeds.traffic import TRAFFIC
from contracts.topics import changelog_topic
from sinks.errors import RestoreError
from sinks.state.restore import restore
from tests.e2e.ledger import records
from tests.sinks.processes import Broker
from tests.sinks.stack import Stack

CHANGELOG = changelog_topic("traffic")
Entries = dict[tuple[int, bytes], bytes]


def test_mirrored_state_fills_an_empty_changelog(stack: Stack, tmp_path: Path) -> None:
    newest: Entries = {}
    for number in range(300):
        key = f'"148|{number % 100}|\\"Đà\\""'
        value = f'{{"upto": {number}, "x": "\\\\ \' Hòa Bình \\u0001"}}'.encode()
        stack.send(CHANGELOG, value, key, partition=number % 2)
        newest[number % 2, key.encode()] = value
    packed = bytes(range(256)) * 400
    stack.send(CHANGELOG, packed, '"1|seen|8192"', partition=1)
    newest[1, b'"1|seen|8192"'] = packed
    for number in range(10):
        key = f'"148|{number}|\\"Đà\\""'
        stack.send(CHANGELOG, None, key, partition=number % 2)
        del newest[number % 2, key.encode()]
    stack.flush()
    stack.start_sink()
    stack.wait_rows("state", 101)
    deleted = "SELECT countIf(deleted) FROM state FINAL"
    assert stack.client.query(deleted).result_rows == [(10,)]
    stack.stop_sink()

    forgetful = Broker(tmp_path)
    forgetful.start()
    settings = stack.settings.model_copy(
        update={"kafka_bootstrap": f"127.0.0.1:{forgetful.port}", "generation": 4}
    )
    fresh = Stack(settings, stack.client, forgetful)
    try:
        with pytest.raises(RestoreError, match="create the topics before"):
            restore(settings, (TRAFFIC,))
        fresh.create_topics()
        assert restore(settings, (TRAFFIC,)) == {"traffic": 91}
        found = records(settings.kafka_bootstrap, CHANGELOG)
        assert len(found) == 91
        assert {(each.partition, each.key): each.value for each in found} == newest
        with pytest.raises(RestoreError, match="holds messages already"):
            restore(settings, (TRAFFIC,))
        fresh.start_sink()
        fresh.wait_rows("state", 101)
    finally:
        fresh.close()
        forgetful.end()
