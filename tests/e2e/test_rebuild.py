"""Lost state comes back from the archive, and figures continue as if nothing had happened."""

import signal
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import orjson
import pytest
from kafka import KafkaProducer

from contracts.reference.province import load_reference
from contracts.registry import feed_named
from contracts.settings import load_settings
from contracts.topics import changelog_topic
from streams.partition.progress import PROGRESS_KEY
from streams.partition.state import PartitionState
from tests.e2e.ledger import client_of, published, records, rows
from tests.e2e.parts import parts_of
from tests.e2e.recount import FIGURES, recount
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.waiting import until

FEED_NAMES = ("dossier", "press")
LIVE = "live from here"
Table = dict[int, dict[str, bytes]]


def changelog(environment: dict[str, str], feed: str) -> Table:
    """The newest entries of a changelog, by partition."""
    newest: dict[tuple[int, str], tuple[int, bytes | None]] = {}
    for record in records(environment["IOC_KAFKA_BOOTSTRAP"], changelog_topic(feed)):
        upto = int(dict(record.headers)["upto"])
        where = (record.partition, orjson.loads(record.key).split("|", 1)[1])
        if upto >= newest.get(where, (-1, None))[0]:
            newest[where] = (upto, record.value)
    table: Table = {}
    for (partition, key), (_, value) in newest.items():
        if value is not None:
            table.setdefault(partition, {})[key] = value
    return table


def tell(produce: Part, runs: int) -> None:
    """Let this run of the producers catch up with the present, then end it."""
    until(lambda: produce.log.count(LIVE) == runs * len(FEED_NAMES), "all feeds are live")
    assert produce.end(signal.SIGTERM) == 0, produce.log


def lose(environment: dict[str, str], feed: str, table: Table) -> None:
    """Delete every key of a changelog."""
    producer = KafkaProducer(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"])
    for partition, entries in table.items():
        for key in entries:
            name = orjson.dumps(f"{partition}|{key}")
            headers = [("upto", b"%d" % 2**62)]
            producer.send(changelog_topic(feed), None, name, headers, partition=partition)
    producer.flush()
    producer.close()


def figures_of(feed_name: str, entries: dict[str, bytes]) -> dict[str, Any]:
    feed, settings = feed_named(feed_name), load_settings()
    state = PartitionState(feed, settings, load_reference(settings), dict(entries))
    state.panes.take_changed()
    gone = state.panes.expire(state.progress.newest_of)
    progress = orjson.loads(entries[PROGRESS_KEY])
    return {
        "panes": {
            key: orjson.loads(payload.split(b" ", 1)[1])
            for key, payload in entries.items()
            if key.startswith("pane|") and key not in gone
        },
        # Except the emitted position, and the topic's id, which the worker asks for again.
        "progress": [progress[0], *progress[2:-1]],
        "gauges": state.gauges.take_changed(state.watermark_s),
    }


def rebuilt(environment: dict[str, str]) -> CompletedProcess[str] | None:
    """The command's output; None while the broker still counts the ended worker."""
    feeds = ",".join(FEED_NAMES)
    done = run_ioc(environment, "rebuild", "--from", "archive", "--feeds", feeds)
    return None if "a worker runs" in done.stderr else done


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return ioc_environment(tmp_path, IOC_FAULT_SHARE="0.02", IOC_SEED="11", IOC_HISTORY_H="60")


def test_lost_state_is_rebuilt_from_the_archive_and_ends_equal(environment: dict[str, str]) -> None:
    with parts_of(environment, FEED_NAMES) as parts:
        tell(parts["produce"], 1)
        reader = client_of(environment)

        def is_stored() -> bool:
            worked = rows(
                reader,
                "SELECT feed, sum(accepted + rejected + duplicates), sum(accepted)"
                " FROM progress FINAL GROUP BY feed",
            )
            return {(feed, total) for feed, total, _ in worked} == {
                (feed, len(published(environment, feed))) for feed in FEED_NAMES
            } and all(
                rows(reader, f"SELECT count() FROM events_{feed} FINAL")[0][0] == accepted
                for feed, _, accepted in worked
            )

        until(is_stored, "all that was published is stored")
        running = run_ioc(environment, "rebuild", "--from", "archive")
        assert running.returncode == 1
        assert "a worker runs (group ioc-worker): stop all of them first" in running.stderr
        parts["worker"].end(signal.SIGTERM)
        before = {feed: changelog(environment, feed) for feed in FEED_NAMES}
        for feed in FEED_NAMES:
            lose(environment, feed, before[feed])
            assert changelog(environment, feed) == {}
        done = until(lambda: rebuilt(environment), "the group counts no worker any more")
        assert done.returncode == 0, done.stderr
        assert "entries rebuilt from" in done.stdout
        for feed in FEED_NAMES:
            after = changelog(environment, feed)
            assert set(after) == set(before[feed])
            for partition, entries in after.items():
                assert figures_of(feed, entries) == figures_of(feed, before[feed][partition])
        parts["worker"].start()
        parts["produce"].start()
        tell(parts["produce"], 2)
        until(is_stored, "all that came later is stored too")
        for feed in FEED_NAMES:
            for name in FIGURES[feed]:
                sql = recount(feed, name, "17")
                until(lambda sql=sql: rows(reader, sql) == [], f"{feed}.{name} is exact")  # type: ignore[misc]


def test_a_source_that_is_none_is_one_sentence(environment: dict[str, str]) -> None:
    done = run_ioc(environment, "rebuild", "--from", "memory")
    assert done.returncode == 1
    assert done.stderr.strip() == "ioc: --from memory: there are archive, mirror"


def test_without_kafka_it_says_so(environment: dict[str, str]) -> None:
    done = run_ioc(environment, "rebuild", "--from", "archive")
    assert done.returncode == 1
    assert environment["IOC_KAFKA_BOOTSTRAP"] in done.stderr
    assert done.stderr.count("\n") == 1
