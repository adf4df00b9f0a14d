"""``ioc rejects replay`` between a real engine and a real broker, whose log is then read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from contracts.placement import partition_of
from contracts.registry import FEEDS
from contracts.settings import load_settings
from ioc.rejects.candidates import PAGE
from ioc.topics import apply as topics
from tests.contracts.samples import SAMPLES
from tests.e2e.ledger import Place, records
from tests.e2e.running import run_ioc
from tests.ioc.conftest import Database, rejected
from tests.sinks.processes import Broker

TOPIC = "ioc.events.press.v1"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    process = Broker(tmp_path_factory.mktemp("broker"))
    process.start()
    topics.apply(load_settings(kafka_bootstrap=f"127.0.0.1:{process.port}"), FEEDS)
    yield process
    process.end()


class Desk:
    """A database with rejects, a broker, and the records that the test adds to its log."""

    def __init__(self, database: Database, broker: Broker) -> None:
        self.database = database
        self.environment = database.environment | {
            "IOC_KAFKA_BOOTSTRAP": f"127.0.0.1:{broker.port}"
        }
        self._seen: set[Place] = set()
        self.sent()

    def replay(self, *options: str, **settings: str) -> str:
        done = run_ioc(self.environment | settings, "rejects", "replay", *options)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sent(self) -> list[Any]:
        """The records that came since the last call."""
        found = {
            (record.partition, record.offset): record
            for record in records(self.environment["IOC_KAFKA_BOOTSTRAP"], TOPIC)
        }
        new = [found[place] for place in sorted(found.keys() - self._seen)]
        self._seen |= found.keys()
        return new

    def noted(self) -> list[Any]:
        return self.database.rows(
            "SELECT generation, partition, offset, reason FROM reject_replays FINAL"
            " ORDER BY generation, partition, offset"
        )

    def progress(self, partition: int, newest: datetime, version: int = 100) -> None:
        self.database.client.insert(
            "progress",
            [("press", 0, partition, version, newest, newest, 0, 0, 0, 0, NOW)],
            column_names=[
                "feed", "generation", "partition", "version", "newest", "watermark", "accepted",
                "rejected", "duplicates", "late", "emitted_at",
            ],
        )  # fmt: skip


@pytest.fixture
def desk(database: Database, broker: Broker) -> Desk:
    return Desk(database, broker)


def event_id(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012d}"


def article(number: int, at: datetime = NOW, **fields: object) -> bytes:
    times = {"occurred_at": at.isoformat(), "published_at": at.isoformat()}
    return orjson.dumps(
        SAMPLES["press", "article"] | {"event_id": event_id(number)} | times | fields
    )


def unit(offset: int, raw: bytes, **changes: object) -> dict[str, Any]:
    return rejected(offset, raw, reason="unknown_unit", detail="district 999 …", **changes)


def test_an_event_that_passes_today_is_sent_unchanged_and_only_once(desk: Desk) -> None:
    raw = article(1, district="150").replace(b'":', b'" : ')
    desk.database.add_rejects(unit(7, raw), rejected(8, article(2)))
    dry = desk.replay("--reason", "unknown_unit", "--dry-run")
    assert dry == (
        "press: 1 found, 0 replayed before, 0 archived already, 0 of the same event as another, "
        "1 would be sent, 0 still refused\n"
    )
    assert desk.sent() == desk.noted() == []
    assert "1 sent, 0 still refused" in desk.replay("--reason", "unknown_unit", "--feed", "press")
    (record,) = desk.sent()
    assert (record.key, record.value) == (b"150", raw)
    assert [tuple(header) for header in record.headers] == [("replay-of", b"0|1|7")]
    assert desk.noted() == [(0, 1, 7, "unknown_unit")]
    again = desk.replay("--reason", "unknown_unit")
    assert "1 found, 1 replayed before" in again
    assert "0 sent" in again
    assert desk.sent() == []


def test_what_would_be_refused_again_is_not_sent_and_counted_by_reason(desk: Desk) -> None:
    desk.progress(1, NOW)
    raws = [
        article(1),
        article(2, district="999"),
        article(3)[:-1],
        b"",
        b"\xff\x00[",
        article(4, NOW + timedelta(days=300)),
        article(5, NOW - timedelta(hours=25)),
        article(6, NOW - timedelta(hours=23)),
        article(7) + b" " * 70_000,
    ]
    desk.database.add_rejects(*(rejected(n, raw) for n, raw in enumerate(raws)))
    report = desk.replay("--reason", "malformed")
    assert "9 found" in report
    assert "2 sent, 7 still refused (malformed 3, " in report
    for one in ("unknown_unit 1", "too_far_ahead 1", "too_late 1", "too_large 1"):
        assert one in report
    assert sorted(record.value for record in desk.sent()) == sorted([raws[0], raws[7]])
    assert [offset for _, _, offset, _ in desk.noted()] == [0, 7]
    assert "7 still refused" in desk.replay("--reason", "malformed")


def test_the_settings_of_the_fix_count(desk: Desk) -> None:
    desk.progress(1, NOW)
    large = article(1) + b" " * 70_000
    old = article(2, NOW - timedelta(hours=25))
    desk.database.add_rejects(rejected(1, large, reason="too_large"))
    desk.database.add_rejects(rejected(2, old, reason="too_late"))
    for reason, fix in (
        ("too_large", {"IOC_MAX_EVENT_BYTES": "80000"}),
        ("too_late", {"IOC_LATENESS_H": "26", "IOC_PANE_RETENTION_H": "50"}),
    ):
        assert f"0 sent, 1 still refused ({reason} 1)" in desk.replay("--reason", reason)
        assert "1 sent, 0 still refused" in desk.replay("--reason", reason, **fix)
    assert {record.value for record in desk.sent()} == {large, old}


def test_lateness_goes_by_the_units_own_partition_and_else_by_the_feed(desk: Desk) -> None:
    partitions = load_settings().kafka_partitions
    own = partition_of("148", partitions)
    desk.progress((own + 1) % partitions, NOW)
    old = NOW - timedelta(hours=31)
    desk.database.add_rejects(rejected(1, article(1, old), partition=own, reason="too_late"))
    report = desk.replay("--reason", "too_late", "--dry-run")
    assert "0 would be sent, 1 still refused" in report
    assert "newest event of the feed where that of the partition is not known" in report
    desk.progress(own, NOW - timedelta(hours=30))
    report = desk.replay("--reason", "too_late", "--dry-run")
    assert "1 would be sent, 0 still refused" in report
    assert "newest event of the feed" not in report


def test_what_is_archived_already_is_not_sent(desk: Desk) -> None:
    desk.database.client.raw_insert(
        "events_press", None, article(1), {"date_time_input_format": "best_effort"},
        fmt="JSONEachRow",
    )  # fmt: skip
    desk.database.add_rejects(unit(1, article(1)), unit(2, article(2)))
    assert "1 archived already, 0 of the same event as another, 1 sent" in desk.replay(
        "--reason", "unknown_unit"
    )
    assert [record.value for record in desk.sent()] == [article(2)]


def test_an_event_refused_more_than_once_is_sent_once_naming_the_last_place(desk: Desk) -> None:
    desk.progress(1, NOW, version=100_000)  # workers remember far back
    desk.database.add_rejects(
        unit(3, article(1)),
        unit(5, article(1)),
        rejected(9, article(1), reason="duplicate"),
        rejected(11, article(1), partition=2, reason="duplicate"),
        rejected(4, article(2), reason="too_late"),
    )
    report = desk.replay("--reason", "unknown_unit")
    assert "2 found, 0 replayed before, 0 archived already, 1 of the same event" in report
    (record,) = desk.sent()
    assert [tuple(header) for header in record.headers] == [("replay-of", b"0|1|9")]
    assert [offset for _, _, offset, _ in desk.noted()] == [3, 5]


def test_a_place_of_the_log_that_the_worker_reads_now_wins(desk: Desk) -> None:
    """The event was refused before the broker forgot its log, and again after."""
    second = 2 << 40
    desk.progress(1, NOW, version=second + 50)
    desk.database.add_rejects(
        unit(30, article(1), generation=1), unit(20, article(1), generation=2)
    )
    desk.replay("--reason", "unknown_unit")
    (record,) = desk.sent()
    assert [tuple(header) for header in record.headers] == [("replay-of", b"2|1|20")]


def test_an_event_of_a_minute_that_the_worker_has_dropped_is_not_sent(desk: Desk) -> None:
    desk.progress(1, NOW)
    kept, dropped, new = (NOW - timedelta(hours=hours) for hours in (50, 51, 52))
    minutes = [int(at.timestamp()) // 60 for at in (kept, dropped)]
    for minute in minutes:
        pane = {"feed": "press", "district": "148", "pane": minute * 60, "version": 1}
        pane |= {"emitted_at": NOW.timestamp()}
        desk.database.client.raw_insert("panes", None, orjson.dumps(pane), fmt="JSONEachRow")
    state = {
        "table_topic": "ioc-worker-state_press-changelog",
        "partition": 1,
        "key": f'"1|pane|148|{minutes[0]}"',
        "value": "{}",
        "deleted": False,
        "position": 1,
    }
    gone = state | {"key": f'"1|pane|148|{minutes[1]}"', "deleted": True}
    body = b"\n".join(map(orjson.dumps, (state, gone)))
    desk.database.client.raw_insert("state", None, body, fmt="JSONEachRow")
    desk.database.add_rejects(
        *(
            rejected(n, article(n, at), reason="too_late")
            for n, at in enumerate((kept, dropped, new))
        )
    )
    fix = {"IOC_LATENESS_H": "72", "IOC_PANE_RETENTION_H": "96"}
    report = desk.replay("--reason", "too_late", **fix)
    assert "2 sent, 1 still refused (minute_closed 1)" in report
    assert "put a new count in the place of the whole one" in report
    assert {record.value for record in desk.sent()} == {article(0, kept), article(2, new)}


def test_pages_follow_one_another_over_partitions(desk: Desk) -> None:
    count = 2 * PAGE + 3
    desk.database.add_rejects(*(unit(3 * n, article(n), partition=n % 2) for n in range(count)))
    assert f"{count:,} found" in (report := desk.replay("--reason", "unknown_unit"))
    assert f"{count:,} sent" in report
    assert sorted(record.value for record in desk.sent()) == sorted(map(article, range(count)))
    assert len(desk.noted()) == count


def test_without_kafka_nothing_is_noted(desk: Desk, tmp_path: Path) -> None:
    desk.database.add_rejects(unit(1, article(1)))
    away = desk.environment | {"IOC_KAFKA_BOOTSTRAP": "127.0.0.1:9"}
    done = run_ioc(away, "rejects", "replay", "--reason", "unknown_unit")
    assert done.returncode == 1
    assert done.stderr.startswith("ioc: Kafka at 127.0.0.1:9 does not answer")
    assert done.stderr.count("\n") == 1
    assert desk.noted() == []
    assert "1 would be sent" in desk.replay("--reason", "unknown_unit", "--dry-run")


def test_nothing_to_replay_is_said(desk: Desk) -> None:
    assert desk.replay("--reason", "too_late", "--feed", "press", "--since", "2h") == (
        "no rejects of press with reason too_late in the last 2h\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("replay", "--reason", "duplicate"), "a duplicate can't be replayed"),
        (("replay", "--reason", "late"), "--reason 'late': there are malformed, too_large"),
        (("replay", "--reason", "too_late", "--since", "1w"), "--since '1w': write a number"),
        (("--feed", "press", "replay", "--reason", "too_late"), "options stand behind the command"),
        (("--feed", "pres"), "there is no feed named 'pres'"),
        (("--reason", "x"), "--reason 'x': there are malformed"),
        (("--since", "0h"), "--since '0h': write a number"),
    ],
)
def test_a_mistake_gets_one_sentence(
    database: Database, arguments: tuple[str, ...], sentence: str
) -> None:
    done = run_ioc(database.environment, "rejects", *arguments)
    assert done.returncode == 1, done.stdout
    assert done.stderr.startswith("ioc: ")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [(), ("replay", "--reason", "too_late", "--dry-run")])
def test_a_schema_that_is_not_up_to_date_is_said(
    database: Database, command: tuple[str, ...]
) -> None:
    database.client.command("DROP TABLE reject_replays")
    done = run_ioc(database.environment, "rejects", *command)
    assert done.returncode == 1
    assert "run `ioc schema apply`" in done.stderr
    assert done.stderr.count("\n") == 1
