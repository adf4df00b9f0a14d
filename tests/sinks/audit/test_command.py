"""``ioc audit`` and the audits of ``ioc status``: what they print, note and answer."""

import pytest
from rich.console import Console

from contracts.errors import IocError
from contracts.feeds.press import PRESS
from contracts.feeds.traffic import TRAFFIC
from contracts.settings import Settings
from ioc.asking.audit import audit
from ioc.status.audits import audits
from tests.sinks.audit.world import World, now
from tests.sinks.conftest import settings_for
from tests.sinks.processes import Endpoint

FEEDS = (PRESS, TRAFFIC)


@pytest.fixture
def console() -> Console:
    return Console(record=True, width=60, soft_wrap=True)


@pytest.fixture
def wrong(world: World) -> World:
    """1,234 rejects, and a pane that nothing is behind."""
    row = {
        "feed": "press", "topic": "ioc.events.press.v1", "generation": 3, "partition": 0,
        "reason": "malformed", "detail": "", "published_at": "2026-11-20T03:00:00Z",
        "rejected_at": now(),
    }  # fmt: skip
    world.insert("rejects", [{**row, "offset": offset} for offset in range(1_234)])
    world.progress("press", 1_233)
    world.pane("press", "03:00", {"events": 1}, upto=3)
    return world


def noted(world: World) -> list[tuple[object, ...]]:
    sql = "SELECT feed, origin, since IS NULL, rejected, panes_wrong FROM audit ORDER BY audited_at"
    return [tuple(row) for row in world.client.query(sql).result_rows]


def test_it_prints_a_table_and_the_faults_and_notes_both(
    wrong: World, audited: Settings, console: Console
) -> None:
    assert not audit(audited, FEEDS, None, console, repair=False)
    shown = console.export_text()
    assert "Audit of everything, 20" in shown
    (press,) = [line for line in shown.splitlines() if line.startswith("press ")]
    assert press.split() == ["press", "1,234", "0", "1,234", "0", "0", "1", "1", "0", "0", "0"]
    fault = "press: pane 2026-11-20 03:00Z of district 148: events is 1, recounted 0"
    assert fault in shown.splitlines()
    assert noted(wrong) == [("press", "command", 1, 1_234, 1), ("traffic", "command", 1, 0, 0)]


def test_a_clean_feed_is_no_fault(wrong: World, audited: Settings, console: Console) -> None:
    assert audit(audited, (TRAFFIC,), "2026-11-20T10:00+07:00", console, repair=False)
    assert "Audit since 2026-11-20 03:00Z" in console.export_text()
    assert noted(wrong) == [("traffic", "command", 0, 0, 0)]


def test_status_shows_the_last_audit_of_each_feed(
    wrong: World, audited: Settings, console: Console
) -> None:
    assert audits(audited, FEEDS, console)
    assert console.export_text().count("not yet") == 2
    audit(audited, (PRESS,), None, Console(quiet=True), repair=False)
    assert not audits(audited, FEEDS, console)
    shown = console.export_text()
    (press,) = [line for line in shown.splitlines() if line.startswith("press ")]
    assert press.split()[-3:] == ["1", "1", "0"]
    assert "`ioc audit` says what is wrong with: press" in shown
    wrong.client.command(
        "INSERT INTO audit (audited_at, feed) VALUES (now64(3) + 3600, 'press')"
    )  # by a clock that was set back since: not the last one
    assert not audits(audited, FEEDS, console)
    wrong.delete("panes", "true")
    wrong.delete("rollups", "true")
    audit(audited, (PRESS,), None, Console(quiet=True), repair=False)
    assert audits(audited, FEEDS, console)


def test_without_tables_it_says_what_to_do(endpoint: Endpoint, console: Console) -> None:
    with pytest.raises(IocError, match="run `ioc schema apply`"):
        audit(settings_for(endpoint), FEEDS, None, console, repair=False)
