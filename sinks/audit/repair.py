"""Corrects wrong panes and gauges through the workers, and wrong roll-ups directly."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn, Self

import orjson
from kafka import KafkaProducer
from kafka.errors import KafkaError

from contracts.access.clients import kafka_options
from contracts.errors import UnavailableError
from contracts.messages import Correction, CorrectionRow, GaugeCorrectionRow, iso
from contracts.registry import feed_named
from contracts.settings import Settings
from contracts.topics import CORRECTIONS
from sinks.audit.auditor import Auditor, Look
from sinks.audit.figures import LONG, compare_days, compare_figures
from sinks.audit.gauge_repair import gauge_corrections
from sinks.audit.panes import WrongPane
from sinks.audit.result import FeedAudit
from sinks.audit.rollups import mend
from sinks.client import brief, writer
from sinks.errors import RepairError

PANES_AT_ONCE = 10_000
"""Most wrong panes of a span that one repair corrects; the next repair continues with the rest."""
CONFIRM_S = 30
MAX_BLOCK_MS = 10_000


def correction(feed: str, pane: WrongPane) -> CorrectionRow:
    """The message that sets a pane to its recount."""
    return {
        "feed": feed,
        "district": pane.district,
        "pane": iso(int(pane.pane.timestamp()) * 1000),
        "seen": pane.upto,
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
        """Audit a feed, correct its wrong panes, gauges and roll-ups, and audit it again.

        The result counts the wrong panes and gauges, and how many of them were repaired; its faults
        are those that remain.

        Raises:
            RepairError: events are missing or double, so a recount would be wrong too.
            UnavailableError: Kafka does not accept the corrections, or ClickHouse is away.
            ClickHouseError: a query failed.
        """
        began = time.monotonic()
        look = self._auditor.settled(feed, since)
        if not look.account.is_clean:
            raise RepairError(_refusal(feed, look))
        wrong = sum(found.wrong for found in look.spans.values())
        gauges = len(look.gauges.wrong)
        if wrong or gauges:
            self._send(feed, look)
            self._wait(feed, look)
        if wrong or look.has_wrong_rollups:
            self._roll_up(feed, look)
        last = self._auditor.audit(feed, since)
        return replace(
            last,
            panes_wrong=max(wrong, last.panes_wrong),
            panes_repaired=max(0, wrong - last.panes_wrong),
            gauges_wrong=max(gauges, last.gauges_wrong),
            gauges_repaired=max(0, gauges - last.gauges_wrong),
            seconds=time.monotonic() - began,
        )

    def _send(self, feed: str, look: Look) -> None:
        with Corrections(self._settings) as corrections:
            for row in self._corrections(feed, look):
                corrections.send(row, look.districts.partitions.get(row["district"]))
            corrections.flush()

    def _corrections(self, feed: str, look: Look) -> Iterator[CorrectionRow | GaugeCorrectionRow]:
        auditor = self._auditor
        for span in look.wrong_spans:
            for pane in auditor.compare(feed, look, span, PANES_AT_ONCE).examples:
                yield correction(feed, pane)
        districts = {each.district for each in look.gauges.wrong}
        if districts:
            yield from gauge_corrections(
                auditor.client, feed_named(feed), auditor.reference, look.told, districts
            )

    def _roll_up(self, feed: str, look: Look) -> None:
        """Roll up again the hours and days that still differ from their panes, then the figures.

        Figures that agreed before may follow from a roll-up that did not.
        """
        client = self._auditor.client
        with writer(self._settings) as own:
            mend(own, [compare_days(client, feed, days, 1) for days in look.rolled])
            mend(own, [compare_figures(client, feed, year, LONG, 1) for year in look.years])

    def _wait(self, feed: str, look: Look) -> None:
        """Wait until nothing is wrong at a new cut, or ``audit_settle_s`` has passed."""
        deadline = time.monotonic() + self._settings.audit_settle_s
        now = look
        while (now.wrong_spans or now.gauges.wrong) and time.monotonic() < deadline:
            self._auditor.pause(f"{feed}: waiting for the workers to correct it")
            before, now = now, self._auditor.look_at(feed, now.wrong_spans)
            if before.gauges.wrong:
                self._auditor.look_at_gauges(feed, now)


def _refusal(feed: str, look: Look) -> str:
    account = look.account
    return (
        f"{feed}: nothing was repaired, because {account.missing:,} events are missing, "
        f"{account.unarchived:,} not in the archive and {account.double:,} both accepted and "
        "rejected, and a recount would be wrong too: run `ioc audit` to see which, bring them "
        "into the archive, then repair"
    )


class Corrections:
    """Sends corrections to the workers. Raises UnavailableError if Kafka does not accept them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._failures: list[BaseException] = []
        self._producer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._producer is not None:
            self._producer.close(timeout=CONFIRM_S)

    def send(self, row: Correction, partition: int | None) -> None:
        """Send a correction to the partition of its events, whatever partitioner placed them."""
        key = row["feed"] if "learnt" in row else row["district"]
        try:
            if self._producer is None:
                self._producer = _producer(self._settings)
            sent = self._producer.send(
                CORRECTIONS, orjson.dumps(row), key.encode(), partition=partition
            )
            sent.add_errback(self._failures.append)
        except (KafkaError, OSError) as error:
            self._fail(error)

    def flush(self) -> None:
        """Wait until Kafka has all corrections."""
        if self._producer is not None:
            try:
                self._producer.flush(timeout=CONFIRM_S)
            except (KafkaError, OSError) as error:
                self._fail(error)
        if self._failures:
            self._fail(self._failures[0])

    def _fail(self, error: BaseException) -> NoReturn:
        raise UnavailableError(
            f"Kafka at {self._settings.kafka_bootstrap} did not take the corrections: start "
            f"the stack, or set IOC_KAFKA_BOOTSTRAP to its address ({brief(error)})"
        ) from None


def _producer(settings: Settings) -> Any:
    return KafkaProducer(
        **kafka_options(settings),
        acks="all",
        allow_auto_create_topics=False,
        linger_ms=20,
        max_block_ms=MAX_BLOCK_MS,
        metrics_enabled=False,
    )
