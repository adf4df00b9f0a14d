"""A part that a contract gained is recounted over the archive, by the workers that run."""

from datetime import UTC, datetime
from threading import Event
from typing import Any

import orjson
import pytest

from contracts.feeds.press import PRESS
from contracts.settings import Settings
from contracts.topics import CORRECTIONS
from sinks.audit.auditor import Auditor
from sinks.audit.backfill import Backfill, BackfillError, unknown_parts
from sinks.audit.watch import AuditWatch
from tests.e2e.ledger import records
from tests.sinks.audit.test_repair import RIGHT, broker, settings  # noqa: F401 - fixtures
from tests.sinks.audit.world import World, moment, version
from tests.waiting import until


@pytest.fixture
def grown(world: World) -> World:
    """Two panes, days apart, from before a measure was added, and their feed's progress."""
    for day, clock in (("2026-11-17", "03:00"), ("2026-11-20", "03:01")):
        world.event("traffic", "detection", f"{day}T{clock}:00Z", vehicle_class="truck")
        parts = RIGHT | {"heavy": 0}
        world.pane("traffic", clock, parts, {"speed_kmh": {61: 1}}, day=day)
    world.progress("traffic", known_since={"heavy": 1_795_143_600})
    return world


def sent(settings: Settings) -> list[dict[str, Any]]:  # noqa: F811
    return [orjson.loads(each.value) for each in records(settings.kafka_bootstrap, CORRECTIONS)]


def test_it_recounts_from_the_newest_pane_to_the_oldest_and_says_what_is_known(
    grown: World,
    settings: Settings,  # noqa: F811
) -> None:
    """The test plays the worker, and applies the corrections that it receives."""
    taken: list[str] = []

    def work(_seconds: float) -> bool:
        for row in sent(settings):
            if "pane" in row and row["pane"] not in taken:
                taken.append(row["pane"])
                held = {name: row[name] for name in row if name != "seen"}
                grown.insert(
                    "panes",
                    [held | {"version": version(1), "emitted_at": moment("04:00:00")}],
                )
        return False

    auditor = Auditor(grown.client, settings, work)
    assert list(unknown_parts(auditor, "traffic")) == ["heavy"]
    assert Backfill(auditor, settings, work, print).run("traffic", None) == 2
    assert sorted(taken) == ["2026-11-17T03:00:00.000Z", "2026-11-20T03:01:00.000Z"]
    learnt = [row for row in sent(settings) if "learnt" in row]
    assert learnt[-1] == {"feed": "traffic", "learnt": ["heavy"], "since_minute": 0}
    before = len(sent(settings))
    assert Backfill(auditor, settings, work, print).run("traffic", None) == 0
    assert [row for row in sent(settings)[before:] if "pane" in row] == []


def test_it_says_that_nobody_takes_it(
    grown: World,
    settings: Settings,  # noqa: F811
) -> None:
    hasty = settings.model_copy(update={"audit_settle_s": 0.001})
    auditor = Auditor(grown.client, hasty, lambda _: False)
    with pytest.raises(BackfillError, match=r"panes of .* stay wrong: check with `ioc status`"):
        Backfill(auditor, hasty, lambda _: False, print).run("traffic", None)


def test_the_sink_repairs_by_itself_what_was_counted_twice(
    world: World,
    settings: Settings,  # noqa: F811
) -> None:
    """The event stands at two places, further apart than the filter of repeats reaches."""
    now = datetime.now(UTC).replace(microsecond=0)
    first = world.event("press", "article", now.isoformat())
    world.event("press", "article", now.isoformat(), event_id=first["event_id"])
    world.progress("press")
    day, minute = f"{now:%Y-%m-%d}", f"{now:%H:%M}"
    world.pane("press", minute, {"events": 2, "articles": 2}, day=day)
    halt = Event()
    watch = AuditWatch(
        settings.model_copy(update={"audit_every_s": 0.2, "audit_settle_s": 0.5}), (PRESS,), halt
    )
    watch.start()
    try:
        until(lambda: bool(sent(settings)), "the sink has sent a correction")
    finally:
        halt.set()
        until(lambda: not watch.is_alive(), "the audits end")
    assert sent(settings)[0]["counts"]["articles"] == 1
