"""The sink process: a thread per consumer group, one for the audit, and one for notes."""

import logging
import time
from collections.abc import Callable, Sequence
from threading import Event, Thread

from contracts.feed import Feed
from contracts.settings import Settings
from sinks.audit.watch import AuditWatch
from sinks.consuming.intake import Intake, Tell
from sinks.consuming.quiet import condensed
from sinks.consuming.route import Group, Route
from sinks.consuming.routes import routes
from sinks.operations import Notes
from sinks.vitals import SinkVitals

log = logging.getLogger(__name__)

REPORT_S = 300.0
CHECK_S = 0.2
TURN_S = 5.0
STOP_SHARE = 0.45
"""The share of the process's stop time in which routes write the messages that they hold."""


class GroupThread(Thread):
    """Runs an intake and keeps the error that ended it."""

    def __init__(self, intake: Intake) -> None:
        super().__init__(name=intake.group.name, daemon=True)
        self.intake = intake
        self.error: Exception | None = None

    def run(self) -> None:
        """Run the intake to its end."""
        try:
            self.intake.run()
        except Exception as error:  # noqa: BLE001 - the thread's boundary: run() raises it again
            self.error = error


def run(
    settings: Settings,
    feeds: Sequence[Feed],
    stop: Event,
    beat: Callable[[], None] = lambda: None,
    show: Callable[[SinkVitals], None] = lambda _: None,
) -> None:
    """Write the workers' messages to ClickHouse until ``stop`` is set.

    Broker and ClickHouse may be away, at the start and later: routes wait and lose nothing.
    ``beat`` is called regularly while every group's loop runs, ``show`` once with the sink's
    vitals. A route with a message that can't be written is parked: nothing of its batch is
    committed, and the others go on.

    Raises:
        Exception: the error that ended a group; the other groups first wrote what they held.
    """
    halt = Event()
    notes = Notes(settings, feeds, halt)
    threads = [GroupThread(intake) for intake in intakes(settings, feeds, halt, notes.tell)]
    show(SinkVitals([thread.intake for thread in threads]))
    with condensed():
        for thread in (
            *threads,
            AuditWatch(settings, feeds, halt),
            notes,
        ):
            thread.start()
        _watch(threads, stop, beat)
        halt.set()
        _join(threads, STOP_SHARE * settings.stop_s)
    _report(threads)
    for thread in threads:
        if thread.error is not None:
            raise thread.error


def intakes(settings: Settings, feeds: Sequence[Feed], halt: Event, tell: Tell) -> list[Intake]:
    """One intake per group of routes."""
    members: dict[Group, list[Route]] = {}
    for route in routes(settings, feeds):
        members.setdefault(route.group, []).append(route)
    return [Intake(group, of_group, settings, halt, tell) for group, of_group in members.items()]


def _watch(threads: Sequence[GroupThread], stop: Event, beat: Callable[[], None]) -> None:
    reported = time.monotonic()
    while not stop.wait(CHECK_S) and all(thread.is_alive() for thread in threads):
        if all(thread.intake.turns(TURN_S) for thread in threads):
            beat()
        if time.monotonic() - reported >= REPORT_S:
            reported = time.monotonic()
            _report(threads)


def _join(threads: Sequence[GroupThread], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            log.warning("%s: did not end in time; its offsets stay uncommitted", thread.name)


def _report(threads: Sequence[GroupThread]) -> None:
    for thread in threads:
        for pipeline in thread.intake.pipelines:
            log.info("%s: %s", pipeline.route.name, pipeline.counters)
