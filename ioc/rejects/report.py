"""The outcome of a replay of rejects, counted."""

from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console

MINUTE_CLOSED = "minute_closed"
"""Counted beside the reasons: the worker has dropped the minute's pane because of its age."""


@dataclass
class Tally:
    """Counts of one feed; ``refused`` by the reason for which an event would be refused again.

    ``late_by_feed``: lateness had to be judged by the newest event of the whole feed.
    """

    feed: str
    replayed_before: int
    archived: int = 0
    repeated: int = 0
    sent: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    late_by_feed: bool = False

    @property
    def found(self) -> int:
        """The number of rejects examined."""
        return (
            self.replayed_before + self.archived + self.repeated + self.sent + self.refused.total()
        )

    def sentence(self, *, dry_run: bool) -> str:
        """All counts in words."""
        refused = ", ".join(f"{reason} {count:,}" for reason, count in self.refused.most_common())
        return (
            f"{self.feed}: {self.found:,} found, {self.replayed_before:,} replayed before, "
            f"{self.archived:,} archived already, {self.repeated:,} of the same event as another, "
            f"{self.sent:,} {'would be sent' if dry_run else 'sent'}, "
            f"{self.refused.total():,} still refused{f' ({refused})' if refused else ''}"
        )


def print_tally(tally: Tally, console: Console, *, dry_run: bool) -> None:
    """Print the counts and notes needed to read them."""
    lines = [tally.sentence(dry_run=dry_run)]
    if MINUTE_CLOSED in tally.refused:
        lines.append(
            f"  {MINUTE_CLOSED}: the worker no longer holds the minute of these events, and would "
            "put a new count in the place of the whole one"
        )
    if tally.late_by_feed:
        lines.append(
            "  too_late was judged by the newest event of the feed where that of the partition is "
            "not known"
        )
    for line in lines:
        console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)
