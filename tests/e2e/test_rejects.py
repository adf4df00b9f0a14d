"""Rejected events through the real pipeline: refused, fixed, replayed, archived exactly once."""

import csv
import shutil
import signal
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from clickhouse_connect.driver.client import Client
from kafka import KafkaProducer

from contracts.settings import DATA
from tests.contracts.samples import SAMPLES
from tests.e2e.ledger import WRITER, client_of, published, rows
from tests.e2e.parts import parts_of
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.waiting import until


def article(number: int, district: str, at: datetime) -> tuple[bytes, bytes]:
    """Key and value of an event."""
    event = SAMPLES["press", "article"] | {
        "event_id": f"00000000-0000-0000-0000-{number:012d}",
        "district": district,
        "occurred_at": at.isoformat(),
        "published_at": at.isoformat(),
    }
    return district.encode(), orjson.dumps(event)


def publish(environment: dict[str, str], events: Iterable[tuple[bytes, bytes]]) -> None:
    producer = KafkaProducer(bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"])
    for key, value in events:
        producer.send("ioc.events.press.v1", key=key, value=value)
    producer.flush()
    producer.close()


def without_district(folder: Path, code: str) -> dict[str, str]:
    """Settings for a folder of reference data that lacks a district, and all that stands in it."""
    lacking = folder / "reference"
    shutil.copytree(DATA / "hoa-binh-2023", lacking)
    for path in lacking.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        place = next((each for each in ("district", "code") if each in header), None)
        if place is not None:
            rows = [row for row in rows if row[header.index(place)] != code]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    return {"IOC_REFERENCE": str(lacking)}


def wait_for(client: Client, archived: int, rejected: int, beyond: int = 0) -> None:
    """Wait until archive and rejects have these numbers, and panes the events not beyond."""
    expected = [(archived, rejected, archived - beyond)]
    until(
        lambda: (
            rows(
                client,
                "SELECT (SELECT count() FROM events_press FINAL),"
                " (SELECT count() FROM rejects FINAL),"
                " (SELECT sum(counts['events']) FROM panes FINAL)",
            )
            == expected
        ),
        f"{archived} archived and in panes but {beyond}, {rejected} rejected",
    )


def renew(parts: dict[str, Part], environment: dict[str, str]) -> None:
    """Start the worker anew, with other settings."""
    parts["worker"].end(signal.SIGTERM)
    parts["worker"] = Part(environment, "worker")
    parts["worker"].start()


def replay(environment: dict[str, str], *options: str) -> str:
    done = run_ioc(environment, "rejects", "replay", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def forget_replays(environment: dict[str, str]) -> None:
    """Delete the command's notes, as if it had been killed before it wrote them."""
    with client_of(environment, WRITER) as writer:
        writer.command("TRUNCATE TABLE reject_replays")


def test_events_of_an_unknown_unit_are_archived_once_when_the_units_file_was_mended(
    tmp_path: Path,
) -> None:
    mended = ioc_environment(tmp_path, IOC_FEEDS="press", COLUMNS="200")
    broken = mended | without_district(tmp_path, "148")
    now = datetime.now(UTC).replace(microsecond=0)
    known = [article(n, "150", now) for n in range(15)]
    unknown = [article(n, "148", now) for n in range(15, 40)]
    with parts_of(broken, ()) as parts:
        publish(broken, [*known, *unknown])
        client = client_of(broken)
        wait_for(client, archived=15, rejected=25)

        status = run_ioc(broken, "status")
        assert status.returncode == 1
        assert "62.5 %" in status.stdout  # 25 of 40
        assert (
            "press: 25 of the last hour's 40 events were rejected (62.5 %, the limit "
            "IOC_REJECT_LIMIT is 5 %), most of them as unknown_unit; see "
            "`ioc rejects --feed press --since 1h`"
        ) in status.stdout
        calm = run_ioc(broken | {"IOC_REJECT_LIMIT": "0.625"}, "status")
        assert "press" in calm.stdout
        assert "were rejected" not in calm.stdout
        assert "25 × district 148 is not in the units file" in run_ioc(broken, "rejects").stdout

        assert "0 sent, 25 still refused (unknown_unit 25)" in replay(
            broken, "--reason", "unknown_unit"
        )
        renew(parts, mended)
        assert "25 would be sent" in replay(mended, "--reason", "unknown_unit", "--dry-run")
        assert len(published(mended, "press")) == 40
        assert "25 sent, 0 still refused" in replay(mended, "--reason", "unknown_unit")
        wait_for(client, archived=40, rejected=25)
        assert "25 replayed before, 0 archived already" in (
            again := replay(mended, "--reason", "unknown_unit")
        )
        assert "0 sent" in again

        forget_replays(mended)
        assert "0 replayed before, 25 archived already" in (
            again := replay(mended, "--reason", "unknown_unit")
        )
        assert "0 sent" in again

        assert len(published(mended, "press")) == 40 + 25
        assert rows(client, "SELECT uniqExact(event_id), count() FROM events_press") == [(40, 40)]
        assert rows(client, "SELECT sum(duplicates) FROM progress FINAL") == [(0,)]


def test_events_too_late_for_panes_are_archived_once(tmp_path: Path) -> None:
    strict = ioc_environment(tmp_path, IOC_FEEDS="press", IOC_LATENESS_H="1")
    now = datetime.now(UTC).replace(microsecond=0)
    fresh = [article(n, "148", now) for n in range(10)]
    late = [article(n, "148", now - timedelta(hours=3)) for n in range(10, 16)]
    elsewhere = [article(16, "150", now - timedelta(hours=3))]
    with parts_of(strict, ()):
        publish(strict, [*fresh, *late, late[0], *elsewhere])
        client = client_of(strict)
        wait_for(client, archived=17, rejected=1, beyond=6)
        beyond = "SELECT district, countIf(beyond), countIf(late) FROM events_press FINAL"
        assert rows(client, f"{beyond} GROUP BY district ORDER BY district") == [
            ("148", 6, 6),
            ("150", 0, 0),
        ]
        assert rows(client, "SELECT reason FROM rejects FINAL") == [("duplicate",)]
        until(
            lambda: rows(client, "SELECT sum(beyond) FROM progress FINAL") == [(6,)],
            "the worker has told how many",
        )
