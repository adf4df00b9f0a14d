"""``ioc rejects``: lists rejects by feed and reason, with samples."""

from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.settings import Settings
from ioc.rejects.asking import asking
from ioc.rejects.choice import Choice
from ioc.rejects.overview import Overview, Sample, read_overview
from ioc.rejects.printable import printable

PERCENT = 100


def show_rejects(
    settings: Settings, choice: Choice, samples: int, console: Console, *, raw: bool
) -> None:
    """Print totals and samples; shows the beginning of the events only if ``raw`` is set.

    Raises:
        IocError: ClickHouse does not answer, or its schema is out of date.
    """
    with asking(settings) as connection:
        overview = read_overview(connection, choice, samples)
    if not overview.totals:
        console.print(f"no rejects {choice.words}", markup=False, emoji=False, soft_wrap=True)
        return
    console.print(_table(overview))
    for total in overview.totals:
        held = overview.samples.get((total.feed, total.reason), ())
        for sample in held:
            _line(console, f"\n{total.feed} {total.reason}" if sample is held[0] else "", "bold")
            _line(console, _words(sample))
            if raw:
                _line(console, f"      {printable(sample.raw)}", "dim")


def _table(overview: Overview) -> Table:
    table = Table("Feed", "Reason", box=None, pad_edge=False, header_style="bold")
    for title in ("Rejects", "Share", "Replayed", "First", "Last"):
        table.add_column(title, justify="right")
    for total in overview.totals:
        share = total.events / overview.events[total.feed]
        table.add_row(
            Text(printable(total.feed)),
            Text(printable(total.reason)),
            Text(f"{total.events:,}"),
            Text(f"{share * PERCENT:.2f} %"),
            Text(f"{total.replayed:,}"),
            Text(_time(total.first)),
            Text(_time(total.last)),
        )
    return table


def _words(sample: Sample) -> str:
    place = f"{sample.topic}/{sample.partition}/{sample.offset}"
    return f"  {sample.events:,} × {printable(sample.detail)}, last at {printable(place)}"


def _line(console: Console, text: str, style: str = "") -> None:
    if text:
        console.print(Text(text, style=style), soft_wrap=True)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z"
