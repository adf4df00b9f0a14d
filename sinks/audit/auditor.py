"""Audits a feed, and looks again at what differs until it has had time to settle."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from clickhouse_connect.driver.client import Client

from contracts.settings import Settings
from sinks.audit.accounting import Account, account
from sinks.audit.blanks import note_blanks
from sinks.audit.cut import Cut, read_cut
from sinks.audit.gaps import describe
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
from sinks.audit.rollups import Days, Rolled, compare_rollups, read_days

PAUSE_S = 1.0

Idle = Callable[[float], bool]
"""Waits so many seconds; True if the process is to stop."""
Say = Callable[[str], None]


class HaltedError(Exception):
    """The process is to stop; there is no result."""


@dataclass
class Look:
    """An account, the comparison of each span of a feed's panes at one cut, and its roll-ups."""

    cut: Cut
    districts: Districts
    account: Account
    spans: dict[Span, Comparison]
    rolled: dict[Days, Rolled] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Nothing differs."""
        return self.account.is_clean and not self.wrong_spans and not self.wrong_days

    @property
    def wrong_spans(self) -> list[Span]:
        """The spans with wrong panes."""
        return [span for span, found in self.spans.items() if found.wrong]

    @property
    def wrong_days(self) -> list[Days]:
        """The days with wrong roll-ups."""
        return [days for days, found in self.rolled.items() if found.wrong]


class Auditor:
    """Audits feed after feed; reads with one client, in that client's thread.

    The archive may lag behind the cut for a moment. What differs is therefore looked at again, at
    the same cut, for ``audit_settle_s`` seconds; a pane that changes meanwhile is left to the next
    audit.
    """

    def __init__(
        self, client: Client, settings: Settings, idle: Idle, say: Say = lambda _: None
    ) -> None:
        self.client = client
        self._settings = settings
        self._idle = idle
        self._say = say

    def audit(self, feed: str, since: datetime | None) -> FeedAudit:
        """Audit a feed: what was archived, and panes that begin, at ``since`` or later.

        Raises ClickHouseError, and HaltedError when told to stop.
        """
        began = time.monotonic()
        look = self.settled(feed, since)
        return self.result(feed, since, look, time.monotonic() - began)

    def settled(self, feed: str, since: datetime | None) -> Look:
        """Look at a feed until nothing differs or the patience is over."""
        look = self._first_look(feed, since)
        deadline = time.monotonic() + self._settings.audit_settle_s
        while not look.is_clean and time.monotonic() < deadline:
            self.pause(f"{feed}: waiting for what is on its way")
            if not look.account.is_clean:
                look.account = account(self.client, feed, look.cut)
            for span in look.wrong_spans:
                look.spans[span] = self.compare(feed, look, span)
            for days in look.wrong_days:
                look.rolled[days] = compare_rollups(self.client, feed, days, EXAMPLES)
        return look

    def look_at(self, feed: str, spans: Iterable[Span]) -> Look:
        """Look once, at a new cut, at the panes of some spans alone."""
        look = self._cut(feed, None)
        for span in spans:
            look.spans[span] = self.compare(feed, look, span)
        return look

    def result(self, feed: str, since: datetime | None, look: Look, seconds: float) -> FeedAudit:
        """What a look comes to."""
        found = list(look.spans.values())
        wrong = sum(each.wrong for each in found)
        examples = [pane for each in found for pane in each.examples][:EXAMPLES]
        faults = describe(self.client, feed, look.cut, look.account)
        faults += describe_panes(feed, wrong, examples)
        rolled = list(look.rolled.values())
        faults += describe_rollups(feed, rolled)
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
            seconds=seconds,
            faults=tuple(faults),
        )

    def compare(self, feed: str, look: Look, span: Span, limit: int = EXAMPLES) -> Comparison:
        """Compare the panes of a span, as of a look's cut; give up to ``limit`` wrong ones."""
        return compare(self.client, feed, look.cut, look.districts, span, limit)

    def pause(self, why: str) -> None:
        """Wait for a second. Raises HaltedError when told to stop."""
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
            look.rolled[days] = compare_rollups(self.client, feed, days, EXAMPLES)
        return look

    def _cut(self, feed: str, since: datetime | None) -> Look:
        cut = read_cut(self.client, self._settings, feed, since)
        return Look(cut, read_districts(self.client, feed, cut), Account(), {})

    def _heed(self, seconds: float) -> None:
        if self._idle(seconds):
            raise HaltedError
