"""Sends what wrong panes should hold to the workers, which put it into state, table and figures."""

import time
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from kafka import KafkaProducer
from kafka.errors import KafkaError

from contracts.access.clients import kafka_options
from contracts.errors import UnavailableError
from contracts.messages import CorrectionRow, iso
from contracts.settings import Settings
from contracts.topics import CORRECTIONS
from sinks.audit.auditor import Auditor, Look
from sinks.audit.panes import WrongPane
from sinks.audit.result import FeedAudit
from sinks.audit.rollups import compare_rollups, mend
from sinks.client import brief, writer
from sinks.errors import RepairError

PANES_AT_ONCE = 10_000
"""Wrong panes of a span of time that one repair takes on; a second one goes on with the rest."""
CONFIRM_S = 30
MAX_BLOCK_MS = 10_000


def correction(feed: str, pane: WrongPane) -> CorrectionRow:
    """The message that sets a pane to what was recounted."""
    return {
        "feed": feed,
        "district": pane.district,
        "pane": iso(int(pane.pane.timestamp()) * 1000),
        "seen": pane.version,
        "counts": pane.recounted["counts"],
        "histograms": {
            part: {str(bin_): count for bin_, count in bins.items()}
            for part, bins in pane.recounted["histograms"].items()
        },
        "sets": pane.recounted["sets"],
    }


class Repairer:
    """Audits with one ``auditor`` and repairs what is wrong."""

    def __init__(self, auditor: Auditor, settings: Settings) -> None:
        self._auditor = auditor
        self._settings = settings

    def repair(self, feed: str, since: datetime | None) -> FeedAudit:
        """Audit a feed, correct its wrong panes and roll-ups, and audit it again.

        The result counts the panes that were wrong and those of them that no longer are; its faults
        are what remains.

        Raises:
            RepairError: events are missing from the archive: a recount would lower true figures.
            UnavailableError: Kafka does not take the corrections, or ClickHouse is away.
            ClickHouseError: a query failed.
        """
        began = time.monotonic()
        look = self._auditor.settled(feed, since)
        if not look.account.is_clean:
            raise RepairError(_refusal(feed, look))
        wrong = sum(found.wrong for found in look.spans.values())
        if wrong:
            self._send(feed, look)
            self._wait(feed, look)
        if wrong or look.wrong_days:
            self._roll_up(feed, look)
        last = self._auditor.audit(feed, since)
        return replace(
            last,
            panes_wrong=max(wrong, last.panes_wrong),
            panes_repaired=max(0, wrong - last.panes_wrong),
            seconds=time.monotonic() - began,
        )

    def _send(self, feed: str, look: Look) -> None:
        failures: list[BaseException] = []
        try:
            with closing(_producer(self._settings)) as producer:
                for span in look.wrong_spans:
                    for pane in self._auditor.compare(feed, look, span, PANES_AT_ONCE).examples:
                        # Where its events are, whatever partitioner their producer has.
                        partition = look.districts.partitions.get(pane.district)
                        value, key = orjson.dumps(correction(feed, pane)), pane.district.encode()
                        sent = producer.send(CORRECTIONS, value, key, partition=partition)
                        sent.add_errback(failures.append)
                producer.flush(timeout=CONFIRM_S)
        except (KafkaError, OSError) as error:
            failures.append(error)
        if failures:
            raise UnavailableError(
                f"Kafka at {self._settings.kafka_bootstrap} did not take the corrections: start "
                f"the stack, or set IOC_KAFKA_BOOTSTRAP to its address ({brief(failures[0])})"
            )

    def _roll_up(self, feed: str, look: Look) -> None:
        """Make again the hours and days that are not what their panes come to, if any are left."""
        compared = [compare_rollups(self._auditor.client, feed, days, 1) for days in look.rolled]
        with writer(self._settings) as client:
            mend(client, compared)

    def _wait(self, feed: str, look: Look) -> None:
        """Until no pane is wrong as of a new cut, or the patience is over."""
        deadline = time.monotonic() + self._settings.audit_settle_s
        spans = look.wrong_spans
        while spans and time.monotonic() < deadline:
            self._auditor.pause(f"{feed}: waiting for the workers to correct panes")
            now = self._auditor.look_at(feed, spans)
            spans = now.wrong_spans


def _refusal(feed: str, look: Look) -> str:
    account = look.account
    return (
        f"{feed}: nothing was repaired, for {account.missing:,} events are missing, "
        f"{account.unarchived:,} not in the archive and {account.double:,} both accepted and "
        "rejected, so that a recount would be wrong as well: run `ioc audit` to see which, bring "
        "them into the archive, then repair"
    )


def _producer(settings: Settings) -> Any:
    return KafkaProducer(
        **kafka_options(settings),
        acks="all",
        allow_auto_create_topics=False,
        linger_ms=20,
        max_block_ms=MAX_BLOCK_MS,
        metrics_enabled=False,
    )
