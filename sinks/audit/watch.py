"""The sink's own periodic audit, beside its routes."""

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
"""Delay of the first audit after the start, when the sink may have much to catch up with."""


GAUGES_EVERY_S = 3_600.0
"""Gauges are audited less often, because their recount reads the whole archive."""


class AuditWatch(Thread):
    """Audits the last hours of each feed; of several sinks, the first one due does it.

    It repairs a feed only if events were accepted twice. An error in the audit never stops the
    sink.
    """

    def __init__(self, settings: Settings, feeds: Sequence[Feed], halt: Event) -> None:
        super().__init__(name="audit", daemon=True)
        self._settings, self._feeds, self._halt = settings, feeds, halt
        self._gauges_at_s: dict[str, float] = {}

    def run(self) -> None:
        """Audit until ``halt`` is set; return at once if audits are switched off."""
        every_s = self._settings.audit_every_s
        wait_s = min(FIRST_S, every_s)
        while every_s and not self._halt.wait(wait_s):
            wait_s = every_s
            try:
                with writer(self._settings) as client:
                    wait_s = self._turn(client)
            except HaltedError:
                return
            except Exception as error:  # noqa: BLE001 - an error in the audit must not stop the sink
                log.warning("no audit this time: %s", brief(error))

    def _turn(self, client: Client) -> float:
        """Audit all feeds if due; return the seconds until the next audit is due."""
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
                # The duplicate filter reaches back no further than lateness. An event repeated
                # after that is archived once, but counted again.
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
        """On the embedded stack, recount the parts that the contract has gained."""
        if not self._settings.generation or not (parts := unknown_parts(auditor, feed)):
            return
        log.info("%s: recounting %s over the archive", feed, ", ".join(parts))
        done = Backfill(auditor, self._settings, self._halt.wait, log.info).run(feed, None)
        log.info("%s: %d panes were recounted", feed, done)

    def _is_time_for_gauges(self, feed: str) -> bool:
        now_s = time.monotonic()
        is_time = now_s - self._gauges_at_s.get(feed, -GAUGES_EVERY_S) >= GAUGES_EVERY_S
        if is_time:
            self._gauges_at_s[feed] = now_s
        return is_time
