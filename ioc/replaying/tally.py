"""Counts the outcomes for the records."""

from collections import Counter
from dataclasses import dataclass, field

from producers.replay.convert import Skip

FIRST_ROWS = 3
MOST_REASONS = 500
OTHER = ("", "row", "other reasons")


@dataclass(slots=True)
class Noted:
    """Number of cases, the first rows with them, and whether there are more rows."""

    count: int = 0
    rows: list[int] = field(default_factory=list)
    has_more: bool = False

    def note(self, row: int) -> None:
        """Count one case in that row."""
        self.count += 1
        if row in self.rows:
            return
        if len(self.rows) < FIRST_ROWS:
            self.rows.append(row)
        else:
            self.has_more = True


@dataclass
class Tally:
    """Counts of a replay.

    ``skipped`` goes by kind of event, column or field, and reason; ``changed`` are events whose
    archived version differs.
    """

    rows: int = 0
    made: Counter[str] = field(default_factory=Counter)
    repeated: Noted = field(default_factory=Noted)
    skipped: dict[tuple[str, str, str], Noted] = field(default_factory=dict)
    archived: int = 0
    changed: int = 0
    published: int = 0
    seconds: float = 0.0

    @property
    def events(self) -> int:
        """Events that could be made, including repeated ones."""
        return sum(self.made.values())

    def skip(self, skip: Skip) -> None:
        """Count a skipped event; memory is bounded however many different reasons there are."""
        key = (skip.kind, skip.where, skip.reason)
        if key not in self.skipped and len(self.skipped) >= MOST_REASONS:
            key = OTHER
        self.skipped.setdefault(key, Noted()).note(skip.row)
