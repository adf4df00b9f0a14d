"""All four feeds through the whole pipeline, with kills on the way."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from contracts.registry import feed_named
from producers.calendar import DAY_S, add_working
from tests.documents.reading import statements
from tests.e2e.ledger import WRITER, client_of, places, published, rows
from tests.e2e.parts import parts_of
from tests.e2e.recount import FIGURES, OPEN_ITEMS, open_items_recount, recount
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.waiting import until

FEEDS = tuple(FIGURES)
PROVINCE = "17"
LIVE_S = 12.0
SHOWN = 3 * 11
"""Rows of each figure: horizons, times ten districts and the province."""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return ioc_environment(
        tmp_path_factory.mktemp("pipeline"), IOC_FAULT_SHARE="0.02", IOC_SEED="5"
    )


@pytest.fixture(scope="module")
def client(environment: dict[str, str]) -> Iterator[Client]:
    """A reader of the pipeline's results, once all that was published has been worked through."""
    with parts_of(environment, FEEDS) as parts:
        reader = client_of(environment)
        _grow(reader)  # the worker is in the middle of the history then
        _kill_and_restart(parts["worker"])
        _kill_and_restart(parts["sink"])
        _grow(reader)
        _kill_and_restart(parts["clickhouse"])
        parts["clickhouse"].await_port(int(environment["IOC_CLICKHOUSE_PORT"]))
        _kill_and_restart(parts["worker"])
        # On a busy machine producers take longer to reach the present, which figures describe.
        until(lambda: all(_is_live(parts["produce"], feed) for feed in FEEDS), "all are live")
        time.sleep(LIVE_S)  # of events that come one by one, and of figures between them
        assert parts["produce"].end(signal.SIGTERM) == 0, parts["produce"].log
        totals = {feed: len(published(environment, feed)) for feed in FEEDS}
        until(lambda: _settled(reader, totals), f"all of {totals} is stored")
        until(lambda: _are_shown(reader), "every figure is shown")
        yield reader


def _grow(reader: Client) -> None:
    """Wait until more events are archived than are now."""
    archived = "SELECT count() FROM events_traffic"
    before = rows(reader, archived)[0][0]
    until(lambda: rows(reader, archived)[0][0] > before, "more is archived")


def _kill_and_restart(part: Part) -> None:
    part.end(signal.SIGKILL)
    part.start()


def _is_live(produce: Part, feed: str) -> bool:
    return any(
        f"{feed}: " in line and line.endswith("live from here") for line in produce.log.splitlines()
    )


def _settled(reader: Client, totals: dict[str, int]) -> bool:
    """Are all events accounted for by the worker, and stored by the sinks, as events and in panes?

    Figures may still be on their way.
    """
    worked = {
        feed: (int(total), int(accepted))
        for feed, total, accepted in rows(
            reader,
            "SELECT feed, sum(accepted + rejected + duplicates), sum(accepted)"
            " FROM progress FINAL GROUP BY feed",
        )
    }
    for feed, total in totals.items():
        archived = rows(reader, f"SELECT count() FROM events_{feed} FINAL")[0][0]
        held = f"SELECT sum(counts['events']) FROM panes FINAL WHERE feed = '{feed}'"
        if worked.get(feed) != (total, archived) or rows(reader, held)[0][0] != archived:
            return False
    return True


def _are_shown(reader: Client) -> bool:
    names = [f"{feed}.{name}" for feed in FEEDS for name in FIGURES[feed]]
    counted = f"SELECT count() FROM indicator_latest WHERE indicator IN {tuple(names)}"
    return bool(rows(reader, counted)[0][0] == SHOWN * len(names))


@pytest.mark.parametrize("feed", FEEDS)
def test_every_published_event_is_archived_or_refused_once(
    client: Client, environment: dict[str, str], feed: str
) -> None:
    sent = published(environment, feed)
    archived = places(client, f"SELECT partition, offset FROM events_{feed} FINAL")
    refused = places(client, f"SELECT partition, offset FROM rejects FINAL WHERE feed = '{feed}'")
    assert len(sent) > 1000
    assert set(archived).isdisjoint(refused)
    assert len(archived) == len(set(archived))
    assert len(refused) == len(set(refused)) > 0
    assert set(archived) | set(refused) == sent


def test_each_kind_of_fault_was_met_and_named(client: Client) -> None:
    reasons = {reason for (reason,) in rows(client, "SELECT DISTINCT reason FROM rejects")}
    assert {"malformed", "unknown_unit", "too_far_ahead", "duplicate"} <= reasons


@pytest.mark.parametrize("feed", FEEDS)
def test_an_event_id_is_archived_once(client: Client, feed: str) -> None:
    ((count, distinct),) = rows(
        client, f"SELECT count(), uniqExact(event_id) FROM events_{feed} FINAL"
    )
    assert count == distinct


@pytest.mark.parametrize(
    ("feed", "name"), [(feed, name) for feed in FEEDS for name in FIGURES[feed]]
)
def test_indicators_equal_the_recount(client: Client, feed: str, name: str) -> None:
    asked = (
        f"SELECT count(), countIf(value IS NOT NULL) FROM indicator_latest"
        f" WHERE indicator = '{feed}.{name}'"
    )
    assert rows(client, asked)[0][0] == SHOWN
    require_none(client, recount(feed, name, PROVINCE))
    known = rows(client, asked)[0][1]
    assert known > 0 or (_is_of_offices(feed, name) and not _offices_worked_lately())


def require_none(client: Client, sql: str) -> None:
    """Require that no figure differs, once the last ones have arrived."""
    until(lambda: not rows(client, sql), "no figure differs", progress=lambda: rows(client, sql))


def _is_of_offices(feed: str, name: str) -> bool:
    """Whether it is a share or mean of items that offices finish, which may have no data."""
    _, divided, by = FIGURES[feed][name].rpartition(" / ")
    done = "(kind = 'resolved'", "(kind = 'completed'", "(rating"
    return bool(divided) and any(what in by for what in done)


def _offices_worked_lately() -> bool:
    """Have there been office hours within a day, the longest window? Not on a Sunday."""
    now_ms = int(time.time() * 1000)
    return add_working(now_ms - DAY_S * 1000, 3_600) < now_ms


PANE_RECOUNTS = {
    "dossier": ("received", "countIf(kind = 'received')"),
    "traffic": ("detections", "countIf(kind = 'detection')"),
    "press": ("articles", "count()"),
    "eoffice": ("completed", "countIf(kind = 'completed')"),
}


@pytest.mark.parametrize("feed", FEEDS)
def test_every_pane_equals_the_recount(client: Client, feed: str) -> None:
    part, count = PANE_RECOUNTS[feed]
    wrong = rows(
        client,
        f"""
        SELECT district, pane, p.held, e.recounted FROM
            (SELECT district, pane, counts['{part}'] AS held, counts['events'] AS events
             FROM panes FINAL WHERE feed = '{feed}') AS p
        FULL JOIN
            (SELECT district, toStartOfMinute(occurred_at) AS pane, {count} AS recounted,
                count() AS events FROM events_{feed} FINAL GROUP BY district, pane) AS e
        USING (district, pane)
        WHERE p.held != e.recounted OR p.events != e.events
        """,
    )
    assert wrong == []


@pytest.mark.parametrize("feed", OPEN_ITEMS)
def test_open_items_equal_the_recount(client: Client, feed: str) -> None:
    require_none(client, open_items_recount(feed, PROVINCE))


def test_all_cameras_of_the_file_are_known(client: Client) -> None:
    ((online, known),) = rows(
        client,
        "SELECT numerator, denominator FROM indicator_latest"
        f" WHERE indicator = 'traffic.cameras_online' AND district = '{PROVINCE}'",
    )
    assert known == rows(client, "SELECT count() FROM cameras")[0][0] == 38
    assert 0 <= online <= known


def test_the_speed_quantile_lies_where_sorting_puts_it(client: Client) -> None:
    """The histogram's p85 is within its bin of 1 km/h of the exact one."""
    require_none(
        client,
        """
        SELECT l.horizon_s, any(l.value) AS figure,
            quantileExactInclusive(0.85)(e.speed_kmh) AS exact
        FROM (SELECT * FROM indicator_latest WHERE indicator = 'traffic.speed_p85'
              AND district = '17') AS l
        CROSS JOIN (SELECT * FROM events_traffic FINAL WHERE kind = 'detection') AS e
        WHERE e.occurred_at >= l.window_end - toIntervalSecond(l.horizon_s)
            AND e.occurred_at < l.window_end
        GROUP BY l.horizon_s HAVING abs(figure - exact) > 1
        """,
    )


def _queries_of_the_documents() -> list[str]:
    """All statements but those of a backup, which needs an administrator."""
    return [each for each in statements() if not each.startswith(("BACKUP", "RESTORE"))]


@pytest.mark.parametrize("query", _queries_of_the_documents())
def test_the_queries_of_the_documents_work(client: Client, query: str) -> None:
    assert len(rows(client, query)) > 0


def test_the_audit_accounts_for_every_event_and_recounts_every_pane(
    client: Client, environment: dict[str, str]
) -> None:
    done = run_ioc(environment, "audit")
    assert done.returncode == 0, done.stdout + done.stderr
    for feed in FEEDS:
        (line,) = [shown for shown in done.stdout.splitlines() if shown.startswith(f"{feed} ")]
        name, *counts = line.split()
        sent, archived, refused, repeated, _, checked, wrong, *others = map(_number, counts)
        gauges_checked, gauges_wrong, rollups_wrong = others
        assert (name, sent) == (feed, len(published(environment, feed)))
        assert sent == archived + refused + repeated
        assert archived == rows(client, f"SELECT count() FROM events_{feed} FINAL")[0][0]
        panes = rows(client, f"SELECT count() FROM panes FINAL WHERE feed = '{feed}'")
        assert (checked, wrong) == (panes[0][0], 0)
        assert (gauges_wrong, rollups_wrong) == (0, 0)
        assert (gauges_checked > 0) is bool(feed_named(feed).gauges)


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def test_the_audit_names_a_pane_that_was_tampered_with(
    client: Client, environment: dict[str, str]
) -> None:
    columns = "feed, district, pane, version, counts, histograms, sets, emitted_at"
    one = "FROM panes FINAL WHERE feed = 'traffic' AND counts['events'] > 1 ORDER BY pane LIMIT 1"
    sound = client.query(f"SELECT {columns} {one}")
    ((_, district, pane, _, counts, *_),) = sound.result_rows
    writer = client_of(environment, WRITER)
    writer.command(
        f"INSERT INTO panes ({columns}) SELECT feed, district, pane, version,"
        f" mapUpdate(counts, map('events', counts['events'] + 1)), histograms, sets, now64(3) {one}"
    )
    try:
        done = run_ioc(environment, "audit", "--feed", "traffic")
        # While it is wrong: the sink audits by itself too, and the last finding is printed.
        status = run_ioc(environment, "status")
    finally:
        writer.insert("panes", sound.result_rows, column_names=sound.column_names)
    assert done.returncode == 1, done.stdout + done.stderr
    events = counts["events"]
    assert (
        f"traffic: pane {pane:%Y-%m-%d %H:%M}Z of district {district}: "
        f"events is {events + 1}, recounted {events}\n"
    ) in done.stdout
    ((detail,),) = rows(
        client, "SELECT detail FROM audit WHERE origin = 'command' ORDER BY audited_at DESC LIMIT 1"
    )
    assert f"district {district}" in detail
    assert "`ioc audit` says what is wrong with: traffic" in status.stdout
    assert run_ioc(environment, "audit", "--feed", "traffic").returncode == 0


def test_a_repair_brings_a_pane_back_through_the_worker(
    client: Client, environment: dict[str, str]
) -> None:
    columns = "feed, district, pane, version, counts, histograms, sets, emitted_at"
    one = "FROM panes FINAL WHERE feed = 'dossier' AND counts['received'] > 0 ORDER BY pane LIMIT 1"
    ((_, district, pane, version, counts, *_),) = rows(client, f"SELECT {columns} {one}")
    client_of(environment, WRITER).command(
        f"INSERT INTO panes ({columns}) SELECT feed, district, pane, version,"
        f" mapUpdate(counts, map('received', counts['received'] + 9)), histograms, sets, now64(3)"
        f" {one}"
    )
    done = run_ioc(environment, "audit", "--feed", "dossier", "--repair")
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = [shown for shown in done.stdout.splitlines() if shown.startswith("dossier ")]
    wrong, _, gauges_wrong, rollups_wrong, repaired, gauges_repaired = line.split()[-6:]
    assert (wrong, repaired) == ("1", "1")
    assert (gauges_wrong, rollups_wrong, gauges_repaired) == ("0", "0", "0")
    ((held, of_version),) = rows(
        client,
        f"SELECT counts, version FROM panes FINAL WHERE feed = 'dossier'"
        f" AND district = '{district}' AND pane = '{pane:%Y-%m-%d %H:%M:%S}'",
    )
    assert {part: count for part, count in held.items() if count} == counts
    assert of_version >= version


@pytest.mark.parametrize("part", ["worker", "sink"])
def test_health_reflects_progress(client: Client, environment: dict[str, str], part: str) -> None:
    assert client.ping()
    healthy = run_ioc(environment, "health", part)
    assert healthy.returncode == 0, healthy.stderr


def test_health_of_a_part_that_stands_still(client: Client, environment: dict[str, str]) -> None:
    """The producers ended a while ago; here it is made a minute and a half."""
    assert client.ping()
    beat = Path(environment["IOC_DATA_DIR"]) / "health" / "produce"
    os.utime(beat, (time.time() - 90, time.time() - 90))
    stale = run_ioc(environment, "health", "produce")
    assert stale.returncode == 1
    (seconds,) = re.findall(r"produce has shown no progress for (\d+) s", stale.stderr)
    assert int(seconds) >= 90


@pytest.mark.usefixtures("client")
def test_parts_end_in_order(environment: dict[str, str]) -> None:
    """Nothing of it lies around: the log says no traceback."""
    for name in ("worker", "sink", "produce", "clickhouse"):
        log = (Path(environment["IOC_DATA_DIR"]) / f"{name}.log").read_text(errors="replace")
        assert "Traceback" not in log, f"{name}: {log[-3000:]}"
