"""``ioc report``: compares published figures with those that the pipeline computes."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from contracts.errors import IocError
from contracts.reference.published import SEED_2023, Published, load_published
from contracts.settings import Settings
from ioc.published.comparison import Row, compare

REPORTS = {"seed-2023": SEED_2023}
TERMS = {
    "received": ("Received", "Tiếp nhận"),
    "resolved": ("Resolved", "Đã giải quyết"),
    "in_process": ("In process", "Đang giải quyết"),
    "received_online": ("Received online", "Tiếp nhận trực tuyến"),
    "paid_online": ("Paid online", "Thanh toán trực tuyến"),
}
"""A figure's name -> its English and Vietnamese terms."""


def published_named(name: str) -> Published:
    """The published figures of a report. Raises IocError, which lists the existing reports."""
    if name not in REPORTS:
        raise IocError(f"there is no report named {name!r}; there are: {', '.join(REPORTS)}")
    return load_published(REPORTS[name])


def report(settings: Settings, published: Published, console: Console) -> None:
    """Print published against computed, then the totals that contradict their parts.

    Raises:
        UnavailableError: ClickHouse does not answer, and holds no data here either.
        IocError: the database holds no dossiers, or a computed figure is not what the published
            parts say.
    """
    rows = compare(settings, published)
    console.print(
        f"{published.scenario}: dossiers from {published.first_day} to {published.last_day} "
        f"(Asia/Ho_Chi_Minh), published against computed in database "
        f"{settings.clickhouse_database}",
        soft_wrap=True,
    )
    console.print(_table(rows))
    for sentence in contradictions(published):
        console.print(sentence, soft_wrap=True, highlight=False)
    wrong = [row for row in rows if not row.agrees]
    if wrong:
        first = wrong[0]
        raise IocError(
            f"{len(wrong)} of {len(rows)} figures are not what the published parts say, the first "
            f"is {TERMS[first.figure][0].lower()}, {first.level}: {first.expected:,} expected; run "
            f"`ioc replay --scenario {published.scenario}` to its end, into a database of its own"
        )


def contradictions(published: Published) -> Iterator[str]:
    """A sentence for each published total that contradicts its own parts."""
    for name, split in published.dossiers:
        if not split.adds_up:
            english, vietnamese = TERMS[name]
            gap = split.parts_sum - split.total
            yield (
                f"{english} ({vietnamese}): the published total is {split.total:,}, but its own "
                f"parts, {split.province:,} at the province and {split.below:,} below, add up to "
                f"{split.parts_sum:,} ({abs(gap):,} {'more' if gap > 0 else 'less'}); the pipeline "
                "reproduces the parts."
            )


def _table(rows: list[Row]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Dossiers", ""):
        table.add_column(title, no_wrap=True)
    for title in ("Published", "Archive", "Panes", "Gauge", "Difference"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in rows:
        english, vietnamese = TERMS[row.figure]
        gauges = ("–" if value is None else f"{value:,}" for value in row.gauge)
        table.add_row(
            {"total": english, "province": vietnamese}.get(row.level, ""),
            row.level,
            *(f"{number:,}" for number in (row.published, row.archive, row.panes)),
            *(gauges if row.gauge else ("",)),
            row.difference,
            style=_style(row),
            end_section=row.level == "below",
        )
    return table


def _style(row: Row) -> str:
    """Red if the pipeline is wrong, yellow if the publication contradicts itself."""
    if not row.agrees:
        return "bold red"
    return "yellow" if row.published != row.expected else ""
