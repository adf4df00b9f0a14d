"""The report at the end of a replay."""

from rich.console import Console
from rich.table import Table

from contracts.feed import Feed
from ioc.replaying.tally import Noted, Tally
from sinks.schema.event_table import table_name

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
    made = ", ".join(f"{kind} {count:,}" for kind, count in tally.made.most_common())
    table.add_row("events made", f"{tally.events:,}", made)
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
        place = f"{kind or 'all events'}, {where}: " if where != "row" else ""
        text = f"  {noted.count:,} × {place}{reason} ({_rows(noted)})"
        console.print(text, markup=False, emoji=False, highlight=False, soft_wrap=True)
    if len(most) > MOST_SHOWN:
        console.print(f"  and {len(most) - MOST_SHOWN:,} more reasons")


def _rows(noted: Noted) -> str:
    if not noted.count:
        return ""
    shown = ", ".join(map(str, noted.rows))
    word = "row" if len(noted.rows) == 1 else "rows"
    return f"{word} {shown}" + (" …" if noted.has_more else "")
