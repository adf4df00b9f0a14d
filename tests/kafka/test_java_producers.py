"""Java's own producer: all feeds, every codec, idempotent and in transactions."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import orjson
import pytest
from clickhouse_connect.driver.client import Client

from contracts.messages import iso
from contracts.registry import FEEDS
from contracts.topics import events_topic
from tests.archives import NoArchives
from tests.contracts.samples import SAMPLES
from tests.e2e.ledger import rows
from tests.e2e.running import ioc_environment, run_ioc
from tests.foreign import CODECS
from tests.kafka.apache import JAVA
from tests.kafka.artefacts import HERE, classpath
from tests.waiting import until

DISTRICTS = ("148", "150", "152", "153", "154", "155", "156", "157", "158", "159")
MODES = ("plain", "idempotent", "transactional")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return ioc_environment(tmp_path_factory.mktemp("java"), IOC_AUDIT_EVERY_S="0")


def line(feed: str, now_ms: int, district: str) -> tuple[str, str]:
    """An event of a feed: its id, and what Java's producer reads."""
    kind = next(kind for name, kind in SAMPLES if name == feed)
    event_id = str(uuid4())
    own = {"event_id": event_id, "occurred_at": iso(now_ms), "district": district}
    return event_id, f"{district}\t{orjson.dumps(SAMPLES[feed, kind] | own).decode()}"


def produce(
    environment: dict[str, str], feed: str, codec: str, mode: str, lines: Sequence[str]
) -> None:
    """Run Java's producer. Skips the test without Java."""
    try:
        archives = classpath()
    except NoArchives as reason:
        pytest.skip(str(reason))
    source = str(HERE / "ForeignProducer.java")
    servers, topic = environment["IOC_KAFKA_BOOTSTRAP"], events_topic(feed)
    done = subprocess.run(
        [*JAVA, "-cp", archives, source, servers, topic, codec, mode],
        input="\n".join([*lines, ""]).encode(),
        capture_output=True,
        check=False,
        cwd=Path(environment["IOC_DATA_DIR"]),
    )
    assert done.returncode == 0, done.stderr.decode()


def archived(reader: Client, feed: str) -> set[str]:
    return {row[0] for row in rows(reader, f"SELECT toString(event_id) FROM events_{feed} FINAL")}


@pytest.mark.parametrize(
    ("number", "codec", "mode"),
    [(n, codec, MODES[n % 3]) for n, codec in enumerate(CODECS * 2)] + [(10, "zstd", MODES[2])],
)
def test_every_event_that_java_commits_counts_once(
    environment: dict[str, str], reader: Client, number: int, codec: str, mode: str
) -> None:
    """Each case is another feed, so that all eleven are sent; its partitioner is Java's own."""
    feed = FEEDS[number].name
    ((now_ms,),) = rows(reader, "SELECT toUnixTimestamp64Milli(now64(3))")
    kept = [line(feed, now_ms, district) for district in DISTRICTS]
    dropped = [line(feed, now_ms, district) for district in DISTRICTS]
    sent = [text for _, text in kept]
    if mode == "transactional":
        sent = [*sent[:5], "commit", *(text for _, text in dropped), "abort", *sent[5:], "commit"]
    produce(environment, feed, codec, mode, sent)
    wanted = {event_id for event_id, _ in kept}
    refused = f"SELECT reason, detail FROM rejects FINAL WHERE feed = '{feed}'"

    def is_judged() -> bool:
        return wanted <= archived(reader, feed) or bool(rows(reader, refused))

    until(is_judged, "all that was committed has its verdict")
    assert rows(reader, refused) == []
    assert archived(reader, feed) == wanted
    progress = f"SELECT sum(accepted) FROM progress FINAL WHERE feed = '{feed}'"
    until(lambda: rows(reader, progress) == [(len(wanted),)], "the worker has said so")
    audited = run_ioc(environment, "audit", "--feed", feed)
    assert audited.returncode == 0, audited.stdout + audited.stderr
