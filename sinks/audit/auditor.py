"""Audits a feed, and repeats comparisons that differ until they have had time to settle."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from clickhouse_connect.driver.client import Client

from contracts.messages import MINUTE_S
from contracts.reference.province import load_reference
from contracts.registry import feed_named
from contracts.settings import Settings
from sinks.audit.accounting import Account, account
from sinks.audit.blanks import note_blanks
from sinks.audit.cut import Cut, read_cut, still_kept
from sinks.audit.figures import LONG, compare_days, compare_figures, years
from sinks.audit.gaps import describe
from sinks.audit.gauges import GaugeComparison, Told, compare_gauges, describe_gauges, read_told
from sinks.audit.panes import (
    Comparison,
    Districts,
    Span,
    compare,
    feeds_without_recount,
    read_districts,
    read_spans,
)
from sinks.audit.result import EXAMPLES, FeedAudit, describe_panes, describe_rollups
from sinks.audit.rollups import Days, Rolled, read_days
from sinks.audit.statement import rows, texts

PAUSE_S = 1.0
BEHIND_MS = 2 * MINUTE_S * 1000
"""Figures of the province are emitted at least once a minute, and an emission takes some time."""

Idle = Callable[[float], bool]
"""Waits for that many seconds; returns True if the process must stop."""
Say = Callable[[str], None]


class HaltedError(Exception):
    """The process must stop; there is no result."""


@dataclass
class Look:
    """An account, and comparisons of a feed's panes, gauges and roll-ups, at one cut.

    ``years`` compares figures of weeks and longer periods, ``rolled`` those of hours and days too.
    ``told`` holds the gauges as emitted at that moment. ``watermark_ms`` is the feed's watermark
    (since 1970), ``behind_ms`` how far its figures lag behind it; 0 if not at all.
    """

    cut: Cut
    districts: Districts
    account: Account
    spans: dict[Span, Comparison]
    rolled: dict[Days, Rolled] = field(default_factory=dict)
    years: dict[Days, Rolled] = field(default_factory=dict)
    told: Told = field(default_factory=lambda: Told({}, {}))
    gauges: GaugeComparison = field(default_factory=GaugeComparison)
    watermark_ms: int = 0
    behind_ms: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing differs."""
        return self.account.is_clean and not (
            self.wrong_spans or self.has_wrong_rollups or self.gauges.wrong or self.behind_ms
        )

    @property
    def wrong_spans(self) -> list[Span]:
        """The spans with wrong panes."""
        return [span for span, found in self.spans.items() if found.wrong]

    @property
    def has_wrong_rollups(self) -> bool:
        """Roll-ups or figures of periods are wrong."""
        return any(found.wrong for found in self.compared_rollups)

    @property
    def compared_rollups(self) -> list[Rolled]:
        """Roll-ups and figures; figures of long periods only where the days are right."""
        days = list(self.rolled.values())
        return days if any(found.wrong for found in days) else [*days, *self.years.values()]


class Auditor:
    """Audits feeds with one client, in that client's thread.

    The archive may lag behind the cut for a moment. Differences are therefore checked again, at the
    same cut, for ``audit_settle_s`` seconds. A pane that changes meanwhile is left to the next
    audit.
    """

    def __init__(
        self, client: Client, settings: Settings, idle: Idle, say: Say = lambda _: None
    ) -> None:
        self.client = client
        self._settings = settings
        self._idle = idle
        self._say = say
        self.reference = load_reference(settings)

    def audit(self, feed: str, since: datetime | None, *, gauges: bool = True) -> FeedAudit:
        """Audit a feed: events archived at ``since`` or later, and panes that begin then or later.

        ``gauges`` are state, and recounted from the whole archive whatever ``since`` is. Raises
        ClickHouseError, and HaltedError if the process must stop.
        """
        began = time.monotonic()
        look = self.settled(feed, since, gauges=gauges)
        return self.result(feed, since, look, time.monotonic() - began)

    def settled(self, feed: str, since: datetime | None, *, gauges: bool = True) -> Look:
        """Look at a feed until nothing differs, or ``audit_settle_s`` has passed."""
        look = self._first_look(feed, since)
        if gauges:
            self._say(f"{feed}: recounting gauges")
            self.look_at_gauges(feed, look)
        look.behind_ms = self._behind_ms(feed, look)
        deadline = time.monotonic() + self._settings.audit_settle_s
        while not look.is_clean and time.monotonic() < deadline:
            self.pause(f"{feed}: waiting for what is on its way")
            if not look.account.is_clean:
                look.account = account(self.client, feed, look.cut)
            for span in look.wrong_spans:
                look.spans[span] = self.compare(feed, look, span)
            self.look_at_rollups(feed, look)
            if look.gauges.wrong:
                look.gauges = self._compared(feed, look.told)
            look.behind_ms = look.behind_ms and self._behind_ms(feed, look)
        return look

    def look_at_gauges(self, feed: str, look: Look) -> None:
        """Recount the gauges as emitted now, unless rows may have left the archive.

        Items that were opened before the oldest archived row can't be recounted.
        """
        ((now, oldest),) = rows(self.client, "ages", feed)
        if still_kept(None, oldest, now, self._settings.ttl_events_days) is None:
            look.told = read_told(self.client, feed, look.districts.partitions)
            look.gauges = self._compared(feed, look.told)

    def look_at_rollups(self, feed: str, look: Look) -> None:
        """Compare again those roll-ups and figures of periods that were wrong."""
        for days in [days for days, found in look.rolled.items() if found.wrong]:
            look.rolled[days] = compare_days(self.client, feed, days, EXAMPLES)
        for year in [year for year, found in look.years.items() if found.wrong]:
            look.years[year] = compare_figures(self.client, feed, year, LONG, EXAMPLES)

    def _compared(self, feed: str, told: Told) -> GaugeComparison:
        return compare_gauges(self.client, feed_named(feed), self.reference, told)

    def _behind_ms(self, feed: str, look: Look) -> int:
        """How far the newest figures lag behind the look's watermark (ms); 0 if not at all."""
        named = feed_named(feed)
        ids = [named.indicator_id(indicator) for indicator in named.indicators]
        ((as_of_ms,),) = rows(self.client, "figures", feed, {"indicators": texts(ids)})
        behind_ms = look.watermark_ms - int(as_of_ms)
        return behind_ms if int(as_of_ms) and behind_ms > BEHIND_MS else 0

    def look_at(self, feed: str, spans: Iterable[Span]) -> Look:
        """Look once, at a new cut, at the panes of the given spans only."""
        look = self._cut(feed, None)
        for span in spans:
            look.spans[span] = self.compare(feed, look, span)
        return look

    def result(self, feed: str, since: datetime | None, look: Look, seconds: float) -> FeedAudit:
        """The result of a look."""
        found = list(look.spans.values())
        wrong = sum(each.wrong for each in found)
        examples = [pane for each in found for pane in each.examples][:EXAMPLES]
        faults = describe(self.client, feed, look.cut, look.account)
        faults += describe_panes(feed, wrong, examples)
        rolled = look.compared_rollups
        faults += describe_rollups(feed, rolled)
        faults += describe_gauges(feed, look.gauges.wrong, EXAMPLES)
        if look.behind_ms:
            faults.append(
                f"{feed}: its figures are {look.behind_ms / 1000:,.0f} s of event time behind the "
                "processed events: check that a worker emits them (`ioc status`)"
            )
        if feeds_without_recount([feed]):
            faults.append(f"{feed}: sinks/audit/recount/{feed}.sql is missing: write its recount")
        return FeedAudit(
            feed=feed,
            since=since,
            accounted_since=look.cut.accounted_since,
            account=look.account,
            panes_checked=sum(each.checked for each in found),
            panes_moving=sum(each.moving for each in found),
            panes_wrong=wrong,
            rollups_checked=sum(each.checked for each in rolled),
            rollups_wrong=sum(each.wrong for each in rolled),
            gauges_checked=look.gauges.checked,
            gauges_wrong=len(look.gauges.wrong),
            seconds=seconds,
            faults=tuple(faults),
        )

    def compare(self, feed: str, look: Look, span: Span, limit: int = EXAMPLES) -> Comparison:
        """Compare the panes of a span, as of a look's cut; return up to ``limit`` wrong ones."""
        return compare(self.client, feed, look.cut, look.districts, span, limit)

    def pause(self, why: str) -> None:
        """Wait for a second. Raises HaltedError if the process must stop."""
        self._say(why)
        self._heed(PAUSE_S)

    def _first_look(self, feed: str, since: datetime | None) -> Look:
        self._say(f"{feed}: accounting for events")
        look = self._cut(feed, since)
        look.account = account(self.client, feed, look.cut)
        if look.account.missing and note_blanks(
            self.client, self._settings, feed, look.cut, look.account
        ):
            look.account = account(self.client, feed, look.cut)
        if feeds_without_recount([feed]):
            return look
        spans = read_spans(self.client, feed, look.cut.panes_since)
        for number, span in enumerate(spans, 1):
            self._say(f"{feed}: recounting panes, {number} of {len(spans)} spans of time")
            self._heed(0)
            look.spans[span] = self.compare(feed, look, span)
        self._say(f"{feed}: comparing hours and days with their panes")
        for days in read_days(self.client, feed, look.cut.panes_since):
            self._heed(0)
            look.rolled[days] = compare_days(self.client, feed, days, EXAMPLES)
        for year in years(look.rolled):
            self._heed(0)
            look.years[year] = compare_figures(self.client, feed, year, LONG, EXAMPLES)
        return look

    def _cut(self, feed: str, since: datetime | None) -> Look:
        cut = read_cut(self.client, self._settings, feed, since)
        look = Look(cut, read_districts(self.client, feed, cut), Account(), {})
        told_ms = [int(at_ms) for _, _, at_ms, _ in rows(self.client, "standing", feed)]
        look.watermark_ms = min((at_ms for at_ms in told_ms if at_ms), default=0)
        return look

    def _heed(self, seconds: float) -> None:
        if self._idle(seconds):
            raise HaltedError
