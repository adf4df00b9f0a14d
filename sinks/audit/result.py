"""The result of an audit, and sentences for its faults."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sinks.audit.accounting import Account
from sinks.audit.panes import WrongPane
from sinks.audit.rollups import Rolled

EXAMPLES = 5
LONGEST = 160


@dataclass(frozen=True)
class FeedAudit:
    """The account, the panes and the gauges of one feed.

    ``since`` is the time asked for; ``accounted_since`` is later if older rows may have expired.
    ``panes_moving`` were left to the next audit. Gauges are counted by part. ``faults`` are
    sentences.
    """

    feed: str
    since: datetime | None
    accounted_since: datetime | None = None
    account: Account = field(default_factory=Account)
    panes_checked: int = 0
    panes_moving: int = 0
    panes_wrong: int = 0
    panes_repaired: int = 0
    rollups_checked: int = 0
    rollups_wrong: int = 0
    gauges_checked: int = 0
    gauges_wrong: int = 0
    gauges_repaired: int = 0
    seconds: float = 0.0
    faults: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether every event is accounted for, and every pane, gauge and roll-up is right."""
        return not self.faults


def describe_panes(feed: str, wrong: int, examples: list[WrongPane]) -> list[str]:
    """A sentence for each of the first wrong panes, and one for the rest."""
    said = [_describe(feed, pane) for pane in examples[:EXAMPLES]]
    rest = wrong - len(said)
    return [*said, f"{feed}: {rest:,} more panes are wrong"] if rest > 0 else said


def describe_rollups(feed: str, found: Iterable[Rolled]) -> list[str]:
    """A sentence for each of the first wrong roll-ups, and one for the rest."""
    wrong = [each for each in found if each.wrong]
    said = [sentence for each in wrong for sentence in each.examples][:EXAMPLES]
    rest = sum(each.wrong for each in wrong) - len(said)
    return [*said, f"{feed}: {rest:,} more roll-ups are wrong"] if rest > 0 else said


def _describe(feed: str, pane: WrongPane) -> str:
    parts = "; ".join(
        f"{part} is {_short(held)}, recounted {_short(recounted)}"
        for part, held, recounted in pane.differences()
    )
    which = f"pane {pane.pane:%Y-%m-%d %H:%M}Z of district {pane.district}"
    return f"{feed}: {which}{' is missing' if not pane.upto else ''}: {parts}"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
