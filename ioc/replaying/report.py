"""The outcomes for the records of a replay: their counts, and the report at the end."""

from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from contracts.feed import Feed
from producers.replay.convert import Skip
from sinks.schema.event_table import table_name

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
    by_kind: Counter[str] = field(default_factory=Counter)
    repeated: Noted = field(default_factory=Noted)
    skipped: dict[tuple[str, str, str], Noted] = field(default_factory=dict)
    archived: int = 0
    changed: int = 0
    published: int = 0
    seconds: float = 0.0

    @property
    def events(self) -> int:
        """Events that could be made, including repeated ones."""
        return sum(self.by_kind.values())

    def skip(self, skip: Skip) -> None:
        """Count a skipped event; memory is bounded however many different reasons there are."""
        key = (skip.kind, skip.where, skip.reason)
        if key not in self.skipped and len(self.skipped) >= MOST_REASONS:
            key = OTHER
        self.skipped.setdefault(key, Noted()).note(skip.row)


MOST_SHOWN = 20
CHOICE = "--changed correct puts the new one in its place"


def print_report(
    console: Console, tally: Tally, feed: Feed, database: str | None, *, corrects: bool
) -> None:
    """Report the outcome for the records, and the database; None: nothing was published.

    ``corrects``: changed events have replaced their earlier versions.
    """
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    if tally.rows:
        table.add_row("rows", f"{tally.rows:,}", "")
    by_kind = ", ".join(f"{kind} {count:,}" for kind, count in tally.by_kind.most_common())
    table.add_row("events made", f"{tally.events:,}", by_kind)
    repeated = tally.repeated
    table.add_row("repeated in the file", f"{repeated.count:,}", _rows(repeated))
    if database:
        table.add_row("already archived", f"{tally.archived:,}", "")
        if tally.changed:
            kept = "the new version counts" if corrects else f"the first version stays; {CHOICE}"
            table.add_row("changed since", f"{tally.changed:,}", kept)
        table.add_row("published", f"{tally.published:,}", _speed(tally))
    skipped = sum(noted.count for noted in tally.skipped.values())
    table.add_row("skipped", f"{skipped:,}", "")
    console.print(table, highlight=False)
    _print_skipped(console, tally)
    if database:
        sql = f"SELECT kind, count() FROM {database}.{table_name(feed.name)} FINAL GROUP BY kind"  # noqa: S608 - to show
        text = f'the result is in database {database}: ioc query "{sql}"'
        console.print(text, markup=False, emoji=False, highlight=False, soft_wrap=True)


def _speed(tally: Tally) -> str:
    if not tally.published or not tally.seconds:
        return ""
    return f"in {tally.seconds:.1f} s, {tally.published / tally.seconds:,.0f} events/s"


def _print_skipped(console: Console, tally: Tally) -> None:
    most = sorted(tally.skipped.items(), key=lambda item: -item[1].count)
    for (kind, where, reason), noted in most[:MOST_SHOWN]:
        which = f"{kind or 'all events'}, {where}: " if where != "row" else ""
        text = f"  {noted.count:,} × {which}{reason} ({_rows(noted)})"
        console.print(text, markup=False, emoji=False, highlight=False, soft_wrap=True)
    if len(most) > MOST_SHOWN:
        console.print(f"  and {len(most) - MOST_SHOWN:,} more reasons")


def _rows(noted: Noted) -> str:
    if not noted.count:
        return ""
    shown = ", ".join(map(str, noted.rows))
    word = "row" if len(noted.rows) == 1 else "rows"
    return f"{word} {shown}" + (" …" if noted.has_more else "")
