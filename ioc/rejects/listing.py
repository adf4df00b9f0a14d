"""``ioc rejects``: lists rejects by feed and reason, with samples."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clickhouse_connect.driver.client import Client
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.settings import Settings
from ioc.asking.explained import explained
from ioc.rejects.choice import CHOSEN, Choice
from ioc.rejects.share import archived_since
from sinks import client

SHOWN_BYTES = 200


def printable(content: str | bytes, longest: int = SHOWN_BYTES) -> str:
    """``content`` on one line, cut after ``longest`` bytes or characters.

    Control characters, marks that reverse or hide text, and bytes that are not UTF-8 are written as
    escapes such as ``\\x1b``.
    """
    cut = content[:longest]
    text = cut.decode(errors="backslashreplace") if isinstance(cut, bytes) else cut
    shown = "".join(char if char.isprintable() else _escape(char) for char in text)
    return f"{shown}…" if len(content) > longest else shown


def _escape(char: str) -> str:
    return ascii(char)[1:-1]


Group = tuple[str, str]
"""Feed and reason."""

TOTALS = """
SELECT feed, reason, count() AS events, min(rejected_at), max(rejected_at),
    countIf((feed, topic, generation, partition, offset) IN
        (SELECT feed, topic, generation, partition, offset FROM reject_replays))
FROM chosen GROUP BY feed, reason ORDER BY feed, events DESC, reason
"""

SAMPLES = """
SELECT feed, reason, detail, count() AS events,
    max((rejected_at, generation, topic, partition, offset)) AS newest,
    argMax(substring(raw, 1, {raw_bytes:UInt32}),
        (rejected_at, generation, topic, partition, offset)) AS start
FROM chosen GROUP BY feed, reason, detail
ORDER BY feed, reason, events DESC, detail LIMIT {samples:UInt32} BY feed, reason
"""

EVENTS = "SELECT feed, count() FROM chosen GROUP BY feed"


@dataclass(frozen=True)
class Total:
    """The rejects of a feed and reason; times are those of rejection, in UTC."""

    feed: str
    reason: str
    events: int
    first: datetime
    last: datetime
    replayed: int


@dataclass(frozen=True)
class Sample:
    """The newest of the ``events`` rejects with this detail; ``raw`` is how its bytes begin."""

    detail: str
    events: int
    topic: str
    partition: int
    offset: int
    raw: bytes


@dataclass(frozen=True)
class Overview:
    """Totals, samples of each, and the number of events of each feed in that time."""

    totals: Sequence[Total]
    samples: Mapping[Group, Sequence[Sample]]
    events: Mapping[str, int]


def read_overview(client: Client, choice: Choice, samples: int) -> Overview:
    """Totals, and the ``samples`` most frequent details of each; ``choice`` must name a period.

    Events of a feed are those archived plus those refused for any reason.
    """
    rows = client.query(CHOSEN + TOTALS, choice.parameters).result_rows
    refused = client.query(CHOSEN + EVENTS, choice.of_any_reason.parameters).result_rows
    events = dict(archived_since(client, choice.feeds, choice.since_s))
    for feed, count in refused:
        events[feed] = events.get(feed, 0) + int(count)
    totals = [Total(*row) for row in rows]
    return Overview(totals, _samples(client, choice, samples), events)


def _samples(client: Client, choice: Choice, samples: int) -> Mapping[Group, Sequence[Sample]]:
    """One byte more than is shown, so that a cut is noticed."""
    bounds = {"samples": samples, "raw_bytes": SHOWN_BYTES + 1}
    rows = client.query(
        CHOSEN + SAMPLES, choice.parameters | bounds, column_formats={"start": "bytes"}
    ).result_rows
    by_group: dict[Group, list[Sample]] = defaultdict(list)
    for feed, reason, detail, events, newest, start in rows:
        _, _, topic, partition, offset = newest
        by_group[feed, reason].append(Sample(detail, events, topic, partition, offset, start))
    return by_group


PERCENT = 100


def show_rejects(
    settings: Settings, choice: Choice, samples: int, console: Console, *, raw: bool
) -> None:
    """Print totals and samples; shows the beginning of the events only if ``raw`` is set.

    Raises:
        IocError: ClickHouse does not answer, or its schema is out of date.
    """
    with explained(settings), client.reader(settings) as connection:
        overview = read_overview(connection, choice, samples)
    if not overview.totals:
        console.print(f"no rejects {choice.words}", markup=False, emoji=False, soft_wrap=True)
        return
    console.print(_table(overview))
    for total in overview.totals:
        samples_of = overview.samples.get((total.feed, total.reason), ())
        for sample in samples_of:
            is_first = sample is samples_of[0]
            _line(console, f"\n{total.feed} {total.reason}" if is_first else "", "bold")
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
    where = f"{sample.topic}/{sample.partition}/{sample.offset}"
    return f"  {sample.events:,} × {printable(sample.detail)}, last at {printable(where)}"


def _line(console: Console, text: str, style: str = "") -> None:
    if text:
        console.print(Text(text, style=style), soft_wrap=True)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z"
