"""``ioc replay`` on real processes: the example's figures by hand, each event once."""

import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.ledger import WRITER, client_of, rows
from tests.e2e.parts import parts_of
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.e2e.test_up import children_of, endpoint_over
from tests.processes import ROOT
from tests.waiting import until

EXAMPLE = (
    "replay", "docs/examples/ho-so.csv", "--feed", "dossier", "--map", "docs/examples/ho-so.toml",
)  # fmt: skip

# Counted by hand in the example: of its 19 rows 3 make nothing, 1 repeats another, 3 more have one
# event that is wrong.
KINDS = {"received": 12, "paid": 6, "resolved": 8, "returned": 1}
RECEIVED = {
    "148": 3, "150": 1, "152": 1, "153": 2, "155": 1, "156": 1, "157": 1, "158": 1, "159": 1,
}  # fmt: skip
PARTS = {
    "received": 12, "received_online": 6, "resolved": 8, "resolved_on_time": 6,
    "resolved_digitised": 5, "paid": 6, "paid_online": 4,
}  # fmt: skip
OPEN = {"17": 4, "148": 1, "152": 1, "156": 1, "158": 1}
EVENTS = 27
DISTRICT, AS_OF = 1, 4
UNITS = 11

Contents = Mapping[str, Sequence[Sequence[Any]]]


def contents(environment: dict[str, str], database: str) -> Contents:
    """Everything that a replay leaves, except when and in which log it came in."""
    client = client_of(environment, database=database)
    try:
        return {
            "events": rows(
                client,
                "SELECT * EXCEPT (generation, partition, offset, archived_at)"
                " FROM events_dossier FINAL ORDER BY event_id",
            ),
            "kinds": rows(
                client,
                "SELECT kind, count() FROM events_dossier FINAL GROUP BY kind ORDER BY kind",
            ),
            "received": rows(
                client,
                "SELECT district, sum(counts['received']) AS held FROM panes FINAL"
                " GROUP BY district HAVING held > 0 ORDER BY district",
            ),
            "panes": rows(
                client,
                "SELECT district, pane, counts, histograms, sets FROM panes FINAL"
                " ORDER BY district, pane",
            ),
            "parts": rows(
                client,
                "SELECT "
                + ", ".join(f"sum(counts['{part}'])" for part in PARTS)
                + " FROM panes FINAL",
            ),
            "open": rows(
                client,
                "SELECT district, toUInt32(value) FROM indicator_latest"
                " WHERE indicator = 'dossier.open' AND value > 0 ORDER BY district",
            ),
            "rejects": rows(client, "SELECT reason, detail FROM rejects FINAL ORDER BY ALL"),
            "figures": rows(
                client,
                "SELECT * EXCEPT (computed_at, version) FROM indicators FINAL"
                " ORDER BY indicator, district, horizon_s, window_end",
            ),
            "watermarks": rows(
                client,
                "SELECT DISTINCT watermark FROM progress FINAL"
                " WHERE generation = (SELECT max(generation) FROM progress)",
            ),
            "newest figures": rows(
                client,
                "SELECT * EXCEPT (computed_at, version) FROM indicator_latest"
                " ORDER BY indicator, district, horizon_s",
            ),
        }
    finally:
        client.close()


def by_first(pairs: Sequence[Sequence[Any]]) -> dict[Any, Any]:
    return {first: second for first, second in pairs}  # noqa: C416 - rows are no tuples


def require_hand_counts(held: Contents) -> None:
    assert by_first(held["kinds"]) == KINDS
    assert by_first(held["received"]) == RECEIVED
    assert tuple(held["parts"][0]) == tuple(PARTS.values())
    assert by_first(held["open"]) == OPEN
    assert held["rejects"] == []
    # Of every unit and figure, even if a district's records end earlier than others.
    newest = max(row[AS_OF] for row in held["newest figures"])
    assert {row[AS_OF] for row in held["newest figures"]} == {newest}
    assert [tuple(row) for row in held["watermarks"]] == [(newest,)]
    assert len({row[DISTRICT] for row in held["newest figures"]}) == UNITS


def told(output: str) -> dict[str, int]:
    """The counts of the report."""
    names = ("rows", "events made", "repeated in the file", "already archived", "published")
    lines = {name: line for line in output.splitlines() for name in names if line.startswith(name)}
    return {
        name: int(line.removeprefix(name).split()[0])
        for name, line in lines.items()
        if line.removeprefix(name).split()[0].isdigit()
    }


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return ioc_environment(tmp_path)


def test_a_replay_gives_the_figures_counted_by_hand_and_a_second_one_adds_nothing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """The first run brings its own ClickHouse, the second one finds one that runs."""
    first = run_ioc(environment, *EXAMPLE, "--into", "thu")
    assert first.returncode == 0, first.stdout + first.stderr
    assert told(first.stdout) == {
        "rows": 19, "events made": 30, "repeated in the file": 3, "already archived": 0,
        "published": EVENTS,
    }  # fmt: skip
    assert "(row 6)" in first.stdout
    assert "Huyện Kỳ Sơn" in first.stdout
    assert "database ioc_thu" in first.stdout
    assert children_of(tmp_path / "replay" / "thu") == children_of(tmp_path) == []
    with endpoint_over(environment):
        before = contents(environment, "ioc_thu")
        require_hand_counts(before)
        second = run_ioc(environment, *EXAMPLE, "--into", "thu")
        assert second.returncode == 0, second.stdout + second.stderr
        assert told(second.stdout)["already archived"] == EVENTS
        assert told(second.stdout)["published"] == 0
        assert contents(environment, "ioc_thu") == before
        assert run_ioc(environment, *EXAMPLE, "--into", "khac").returncode == 0
        assert contents(environment, "ioc_khac") == before
        older = refused_as_older(environment, tmp_path)
        assert "nothing was published: the oldest event, of 2023-09-04 01:00 UTC, lies" in older
        assert contents(environment, "ioc_thu") == before


def test_panes_that_were_on_their_way_when_all_was_killed_come_with_the_next_run(
    environment: dict[str, str],
) -> None:
    """Everything was archived, so that run has nothing to publish."""
    assert run_ioc(environment, *EXAMPLE, "--into", "thu").returncode == 0
    with endpoint_over(environment):
        owner = client_of(environment, WRITER, "ioc_thu")
        for table in ("panes", "progress"):
            owner.command(f"TRUNCATE TABLE {table}")
        again = run_ioc(environment, *EXAMPLE, "--into", "thu")
        assert again.returncode == 0, again.stdout + again.stderr
        assert told(again.stdout)["published"] == 0
        require_hand_counts(contents(environment, "ioc_thu"))


def test_what_a_kill_left_out_is_published_again_with_all_that_follows(
    environment: dict[str, str],
) -> None:
    """An insert is stored month by month; the missing part lies days before the stored one."""
    assert run_ioc(environment, *EXAMPLE, "--into", "thu").returncode == 0
    with endpoint_over(environment):
        before = contents(environment, "ioc_thu")
        owner = client_of(environment, WRITER, "ioc_thu")
        lacking = "occurred_at BETWEEN '2023-10-02 02:00:00' AND '2023-10-03 02:00:00'"
        ((count,),) = rows(owner, f"SELECT count() FROM events_dossier FINAL WHERE {lacking}")
        lost = f"event_id IN (SELECT event_id FROM events_dossier WHERE {lacking})"
        for table, where in (("places", lost), ("events_dossier", lacking)):
            owner.command(
                f"ALTER TABLE {table} DELETE WHERE {where}", settings={"mutations_sync": 2}
            )
        again = run_ioc(environment, *EXAMPLE, "--into", "thu")
        assert again.returncode == 0, again.stdout + again.stderr
        assert "lie after some that a kill kept from being archived" in again.stdout
        held = told(again.stdout)
        assert 0 < count < held["published"] < EVENTS
        assert held["already archived"] + held["published"] == EVENTS
        assert contents(environment, "ioc_thu") == before


def refused_as_older(environment: dict[str, str], folder: Path) -> str:
    """The output of a replay of a record older than the archived ones."""
    lines = (ROOT / "docs/examples/ho-so.csv").read_text(encoding="utf-8-sig").splitlines()
    record = lines[4].replace("231002-0001", "230904-0001").replace("02/10/2023", "04/09/2023")
    file = folder / "older.csv"
    file.write_text("\n".join([lines[0], record.replace("10:00", "08:00")]), encoding="utf-8")
    done = run_ioc(environment, "replay", str(file), *EXAMPLE[2:], "--into", "thu")
    assert done.returncode == 1, done.stdout
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_what_was_stopped_in_the_middle_goes_on_from_there(
    environment: dict[str, str], tmp_path: Path, sign: signal.Signals
) -> None:
    """Four and a half days in some 40 s, with Ctrl-C or a kill on the way."""
    slow = Part(environment, *EXAMPLE, "--into", "thu", "--speed", "10000x")
    slow.start()
    until(lambda: "\npublished: " in slow.log, "the first events are published")
    slow.end(sign)
    until(lambda: children_of(tmp_path) == [], "its parts have ended")
    if sign == signal.SIGINT:
        assert "stopped before the end" in slow.log
        assert 0 < told(slow.log)["published"] < EVENTS
    rest = run_ioc(environment, *EXAMPLE, "--into", "thu")
    assert rest.returncode == 0, rest.stdout + rest.stderr
    counts = told(rest.stdout)
    assert 0 < counts["published"] == EVENTS - counts["already archived"]
    if sign == signal.SIGINT:
        assert counts["already archived"] == told(slow.log)["published"]
    with endpoint_over(environment):
        require_hand_counts(contents(environment, "ioc_thu"))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[dict[str, str], Part]]:
    """The environment of a stack, and its worker."""
    environment = ioc_environment(tmp_path, IOC_FEEDS="dossier,press")
    with parts_of(environment, ("press",)) as parts:
        yield environment, parts["worker"]


def test_the_running_stack_takes_a_replay_beside_its_live_feeds(
    running: tuple[dict[str, str], Part],
) -> None:
    environment, _ = running
    for already, published in ((0, EVENTS), (EVENTS, 0)):
        done = run_ioc(environment, *EXAMPLE)
        assert done.returncode == 0, done.stdout + done.stderr
        assert told(done.stdout)["already archived"] == already
        assert told(done.stdout)["published"] == published
    client = client_of(environment)
    assert by_first(rows(client, "SELECT kind, count() FROM events_dossier GROUP BY kind")) == KINDS


def test_what_is_still_in_the_log_is_not_sent_again(
    running: tuple[dict[str, str], Part],
) -> None:
    """The first run was killed after it had published, before any worker took it in."""
    environment, worker = running
    worker.end(signal.SIGKILL)
    first = Part(environment, *EXAMPLE)
    first.start()
    until(lambda: "\nworked through: 0 of 27" in first.log, "all is published")
    first.end(signal.SIGKILL)
    worker.start()
    second = run_ioc(environment, *EXAMPLE)
    assert second.returncode == 0, second.stdout + second.stderr
    assert told(second.stdout)["already archived"] == EVENTS
    assert told(second.stdout)["published"] == 0
    with closing(client_of(environment)) as client:
        ((refused,),) = rows(client, "SELECT count() FROM rejects WHERE feed = 'dossier'")
        assert refused == 0
