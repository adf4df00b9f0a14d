"""The audit that a sink makes by itself."""

import logging
import time
from threading import Event

import pytest

from contracts.feeds.press import PRESS
from contracts.feeds.traffic import TRAFFIC
from contracts.settings import Settings
from ioc.embedded.ports import free_port
from sinks.audit.watch import AuditWatch
from tests.sinks.audit.world import World
from tests.sinks.stack import Stack
from tests.waiting import until


def noted(world: World) -> list[tuple[object, ...]]:
    sql = (
        "SELECT feed, origin, published, panes_checked, panes_wrong, detail FROM audit"
        " ORDER BY feed, audited_at"
    )
    return [tuple(row) for row in world.client.query(sql).result_rows]


def watched(settings: Settings, **changes: object) -> tuple[AuditWatch, Event]:
    halt = Event()
    made = settings.model_copy(update={"audit_every_s": 0.2, **changes})
    watch = AuditWatch(made, (PRESS, TRAFFIC), halt)
    watch.start()
    return watch, halt


def end(watch: AuditWatch, halt: Event) -> None:
    halt.set()
    until(lambda: not watch.is_alive(), "the audits end")


@pytest.fixture
def wrong(world: World) -> World:
    """A pane that nothing is behind, of now; the window of the sink is the last hours."""
    now = time.gmtime()
    world.reject("press")
    world.progress("press")
    day, minute = time.strftime("%Y-%m-%d", now), time.strftime("%H:%M", now)
    world.pane("press", minute, {"events": 1}, day=day)
    return world


def test_it_notes_what_it_finds_and_logs_faults(
    wrong: World, audited: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    watch, halt = watched(audited)
    until(lambda: len(noted(wrong)) >= 2, "two audits are noted")
    end(watch, halt)
    press, traffic = noted(wrong)[0], noted(wrong)[-1]
    assert press[:5] == ("press", "sink", 1, 1, 1)
    assert "events is 1, recounted 0" in str(press[5])
    assert traffic == ("traffic", "sink", 0, 0, 0, "")
    errors = [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]
    assert errors
    assert all("press: pane" in error for error in errors)


def test_of_several_sinks_one_audits(wrong: World, audited: Settings) -> None:
    """Another's audit ended a minute ago; ten minutes lie between two."""
    wrong.client.command(
        "INSERT INTO audit (audited_at, feed, origin) VALUES (now64(3) - 60, 'press', 'sink')"
    )
    settings = audited.model_copy(update={"audit_every_s": 600})
    left_s = AuditWatch(settings, (PRESS,), Event())._turn(wrong.client)
    assert 500 < left_s <= 540
    assert len(noted(wrong)) == 1
    wrong.client.command("ALTER TABLE audit DELETE WHERE true SETTINGS mutations_sync = 2")
    assert AuditWatch(settings, (PRESS,), Event())._turn(wrong.client) == 600
    assert len(noted(wrong)) == 1


def test_an_audit_of_a_clock_that_was_set_back_since_is_none(
    wrong: World, audited: Settings
) -> None:
    """Else none would come for the hour that the clock went back by."""
    wrong.client.command(
        "INSERT INTO audit (audited_at, feed, origin) VALUES (now64(3) + 3600, 'press', 'sink')"
    )
    settings = audited.model_copy(update={"audit_every_s": 600})
    assert AuditWatch(settings, (PRESS,), Event())._turn(wrong.client) == 600
    assert len(noted(wrong)) == 2


def test_an_audit_by_command_does_not_stand_for_the_sink_s(wrong: World, audited: Settings) -> None:
    wrong.client.command(
        "INSERT INTO audit (audited_at, feed, origin) VALUES (now64(3), 'press', 'command')"
    )
    AuditWatch(audited, (PRESS,), Event())._turn(wrong.client)
    assert [row[1] for row in noted(wrong)] in (["command", "sink"], ["sink", "command"])


def test_while_clickhouse_is_away_it_goes_on(
    audited: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    watch, halt = watched(audited, clickhouse_port=free_port())
    until(lambda: caplog.text.count("no audit this time") >= 2, "two audits are left out")
    assert watch.is_alive()
    end(watch, halt)


def test_zero_means_never(audited: Settings) -> None:
    watch, _ = watched(audited, audit_every_s=0)
    until(lambda: not watch.is_alive(), "it has nothing to do")


def test_a_sink_audits_by_itself(stack: Stack) -> None:
    stack.settings = stack.settings.model_copy(update={"audit_every_s": 0.5, "audit_settle_s": 1})
    stack.start_sink()
    until(lambda: stack.count("audit", final=False) >= 1, "an audit is noted")
    stack.stop_sink()
    assert stack.error is None
    rows = stack.client.query("SELECT DISTINCT feed, origin, detail FROM audit").result_rows
    assert rows == [("traffic", "sink", "")]
