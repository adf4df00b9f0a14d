"""The sink's own audit, every few minutes, beside its routes."""

import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.settings import Settings
from sinks.audit import journal
from sinks.audit.auditor import Auditor, HaltedError
from sinks.audit.backfill import Backfill, unknown_parts
from sinks.audit.repair import Repairer
from sinks.client import brief, writer

log = logging.getLogger(__name__)

FIRST_S = 30.0
"""Seconds after the start of the sink, in which it may have much to catch up with."""


GAUGES_EVERY_S = 3_600.0
"""Their recount reads all that is archived."""


class AuditWatch(Thread):
    """Audits the last hours of each feed; of several sinks, whichever is the first to be due.

    It repairs what was counted twice, and nothing else; no fault of its own stops the sink.
    """

    def __init__(self, settings: Settings, feeds: Sequence[Feed], halt: Event) -> None:
        super().__init__(name="audit", daemon=True)
        self._settings, self._feeds, self._halt = settings, feeds, halt
        self._gauges_at_s: dict[str, float] = {}

    def run(self) -> None:
        """Go on until told to halt; at once to the end where audits are switched off."""
        every_s = self._settings.audit_every_s
        wait_s = min(FIRST_S, every_s)
        while every_s and not self._halt.wait(wait_s):
            wait_s = every_s
            try:
                with writer(self._settings) as client:
                    wait_s = self._turn(client)
            except HaltedError:
                return
            except Exception as error:  # noqa: BLE001 - a fault of the audit must not stop the sink
                log.warning("no audit this time: %s", brief(error))

    def _turn(self, client: Client) -> float:
        """Audit all feeds if it is time; the seconds until it is time again."""
        every_s = self._settings.audit_every_s
        left_s = every_s - journal.age_s(client, journal.SINK)
        if left_s > 0:
            return left_s
        since = datetime.now(UTC) - timedelta(hours=self._settings.audit_window_h)
        auditor = Auditor(client, self._settings, self._halt.wait)
        for feed in self._feeds:
            start = since.replace(second=0, microsecond=0)
            self._fill_back(auditor, feed.name)
            found = auditor.audit(feed.name, start, gauges=self._is_time_for_gauges(feed.name))
            if found.panes_wrong and found.account.again:
                # The filter of duplicates reaches back no further than lateness does: what was
                # repeated after that is archived once, and counted again.
                found = Repairer(auditor, self._settings).repair(feed.name, start)
            journal.note(client, found, journal.SINK)
            for fault in found.faults:
                log.error("audit: %s", fault)
            log.info(
                "audit: %s: %d published, %d panes and %d gauges checked, %d faults, %.1f s",
                feed.name,
                found.account.published,
                found.panes_checked,
                found.gauges_checked,
                len(found.faults),
                found.seconds,
            )
        return every_s

    def _fill_back(self, auditor: Auditor, feed: str) -> None:
        """On the embedded stack, recount the parts that the contract has gained since."""
        if not self._settings.generation or not (parts := unknown_parts(auditor, feed)):
            return
        log.info("%s: recounts %s over the archive", feed, ", ".join(parts))
        done = Backfill(auditor, self._settings, self._halt.wait, log.info).run(feed, None)
        log.info("%s: %d panes were recounted", feed, done)

    def _is_time_for_gauges(self, feed: str) -> bool:
        now_s = time.monotonic()
        is_time = now_s - self._gauges_at_s.get(feed, -GAUGES_EVERY_S) >= GAUGES_EVERY_S
        if is_time:
            self._gauges_at_s[feed] = now_s
        return is_time
