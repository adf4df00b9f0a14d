"""The Python sources in docs/add-a-stream.md, run between a real broker and a source."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from tests.documents.reading import blocks
from tests.e2e.ledger import records
from tests.processes import Process
from tests.sinks.processes import Broker
from tests.waiting import until

DOCUMENT = "docs/add-a-stream.md"
EVENTS, LEVELS = "ioc.events.river.v1", "province.levels"
READING = {"id": 7, "district": "148", "time": "2026-11-30T02:00:00Z", "site": "s-1", "value": 81}


class Source(Process):
    """A document's program, at other addresses than those it was written with."""

    def __init__(self, folder: Path, name: str, program: str) -> None:
        self._script = folder / f"{name}.py"
        self._script.write_text(program, encoding="utf-8")
        super().__init__(name, folder / f"{name}.log")

    def command(self) -> list[str]:
        """See Process."""
        return [sys.executable, str(self._script)]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    with broker:
        admin = KafkaAdminClient(bootstrap_servers=broker.address)
        admin.create_topics([NewTopic(name, 1, 1) for name in (EVENTS, LEVELS)])
        admin.close()
        yield broker


def program_with(text: str) -> str:
    """The only Python program of the document that has this text."""
    (found,) = [block.text for block in blocks("python") if text in block.text]
    return found


@contextmanager
def readings() -> Iterator[str]:
    """The address of a system that always answers with one reading."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = orjson.dumps([READING])
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def arrived(broker: Broker) -> list[Any]:
    return records(broker.address, EVENTS)


def test_the_poll_of_a_web_address_publishes_what_it_answers(
    broker: Broker, tmp_path: Path
) -> None:
    with readings() as address:
        program = program_with("requests.get")
        program = program.replace("https://source.example.vn", address)
        with Source(tmp_path, "poll", program.replace("127.0.0.1:19092", broker.address)):
            (first, *_) = until(lambda: arrived(broker), "an event arrives")
    event = orjson.loads(first.value)
    assert first.key == b"148"
    assert (event["site"], event["value"], event["alarm"]) == ("s-1", 81.0, True)


def test_the_translation_of_another_topic_publishes_what_it_reads(
    broker: Broker, tmp_path: Path
) -> None:
    """It begins at the end of the other topic, so that one is sent until it reads."""
    program = program_with("translate(").replace("10.0.0.5:9092", broker.address)
    program = program.replace("127.0.0.1:19092", broker.address)
    yours = "def translate(message):\n    return message\n\n"
    producer = KafkaProducer(bootstrap_servers=broker.address)

    def sent_and_arrived() -> list[Any]:
        producer.send(LEVELS, orjson.dumps(READING)).get()
        return arrived(broker)

    with Source(tmp_path, "translate", yours + program):
        (first, *_) = until(sent_and_arrived, "an event arrives")
    producer.close()
    assert (first.key, orjson.loads(first.value)) == (b"148", READING)
