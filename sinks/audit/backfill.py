"""Recounts new parts of a contract over the archive, through the running workers."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from contracts.errors import IocError
from contracts.messages import MINUTE_S, LearntRow
from contracts.settings import Settings
from sinks.audit.auditor import Auditor, HaltedError, Idle
from sinks.audit.panes import Span, read_spans
from sinks.audit.repair import Corrections, correction
from sinks.audit.statement import rows

Say = Callable[[str], None]

PANES_A_SECOND = 2_000
"""Rate limit, because workers have other work: a pane costs them about as much as 20 events."""
PANES_A_STEP = 2_000


class BackfillError(IocError):
    """The archive is incomplete, or no worker applies the corrections."""


class Backfill:
    """Goes through a feed's archive from its end to its beginning, one span of time after another.

    Correct panes are skipped, so a run that is repeated after an interruption continues.
    """

    def __init__(self, auditor: Auditor, settings: Settings, idle: Idle, say: Say) -> None:
        self._auditor = auditor
        self._settings = settings
        self._idle = idle
        self._say = say

    def run(self, feed: str, since: datetime | None) -> int:
        """Recount all panes (that begin at ``since`` or later); return how many were wrong.

        Raises:
            BackfillError: events are missing from the archive, or no worker took the corrections.
            UnavailableError: Kafka does not accept the corrections.
        """
        spans = list(reversed(read_spans(self._auditor.client, feed, since)))
        parts = sorted(unknown_parts(self._auditor, feed))
        done = 0
        with Corrections(self._settings) as corrections:
            for number, span in enumerate(spans, 1):
                self._say(f"{feed}: {number} of {len(spans)} spans of time, {done:,} panes so far")
                done += self._recount(feed, span, corrections)
                if parts:
                    self._tell(feed, parts, span[0], corrections)
            if parts:
                oldest = since or datetime.fromtimestamp(0, UTC)
                self._tell(feed, parts, oldest, corrections)
        return done

    def _recount(self, feed: str, span: Span, corrections: Corrections) -> int:
        """Correct a span until no pane is wrong; return how many were.

        Raises BackfillError if the number of wrong panes stops falling.
        """
        first = before = -1
        deadline = 0.0
        while True:
            look = self._auditor.look_at(feed, ())
            found = self._auditor.compare(feed, look, span, PANES_A_STEP)
            first = found.wrong if first < 0 else first
            if not found.wrong:
                return first
            if found.wrong != before:
                before = found.wrong
                deadline = time.monotonic() + self._settings.audit_settle_s
            elif time.monotonic() > deadline:
                raise BackfillError(
                    f"{feed}: {found.wrong:,} panes of {span[0]:%Y-%m-%d %H:%M}Z to "
                    f"{span[1]:%Y-%m-%d %H:%M}Z stay wrong: check with `ioc status` that a worker "
                    "runs, with `ioc audit` that the archive is complete; then run it again"
                )
            for pane in found.examples:
                partition = look.districts.partitions.get(pane.district)
                corrections.send(correction(feed, pane), partition)
            corrections.flush()
            if self._idle(max(1.0, len(found.examples) / PANES_A_SECOND)):
                raise HaltedError

    def _tell(
        self, feed: str, parts: Sequence[str], since: datetime, corrections: Corrections
    ) -> None:
        """Tell every partition that its panes know these parts since that time."""
        minute = int(since.timestamp()) // MINUTE_S
        for partition in range(self._settings.kafka_partitions):
            row: LearntRow = {"feed": feed, "learnt": list(parts), "since_minute": minute}
            corrections.send(row, partition)
        corrections.flush()


def unknown_parts(auditor: Auditor, feed: str) -> Mapping[str, datetime]:
    """Part that some panes of a feed do not know -> since when panes know it."""
    found = rows(auditor.client, "unknown_parts", feed)
    return {str(part): since for part, since in found}
