"""``ioc status``: services, lag, freshness and rejects."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from clickhouse_connect.driver.client import Client
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.feed import Feed
from contracts.settings import Settings
from contracts.topics import events_topic
from ioc.embedded.data_folder import free_mb
from ioc.embedded.memory import used_mb
from ioc.embedded.pids import read_pids
from ioc.embedded.ports import answers, host_and_port
from ioc.monitoring.addresses import noted
from ioc.rejects.share import RejectShare, reject_shares, unprocessable
from ioc.status import figures
from ioc.status.ages import ENGLISH, LENGTHS, show_age
from ioc.status.audits import audits
from ioc.status.lag import LagReader
from sinks import client
from sinks.parking import Parking, what_to_do

GOOD, RED = "green", "bold red"
OK, BAD = Text("up", style=GOOD), Text("down", style=RED)
ENOUGH, FULL = Text("enough", style=GOOD), Text("nearly full", style=RED)
PERCENT = 100
LAGGARDS = "SELECT feed, partition, behind_s FROM laggards ORDER BY feed, partition"


def status(settings: Settings, feeds: Sequence[Feed], console: Console) -> bool:
    """Print services, lags, freshness, shares of rejects and last audits. True if all is well."""
    services_well = _services(settings, console)
    parked = (what_to_do(route, why) for route, why in Parking(settings).parked().items())
    none_parked = print_faults([*parked], console)
    if not services_well:
        return False
    feeds_well = _feeds(settings, feeds, console)
    return audits(settings, feeds, console) and feeds_well and none_parked


def _services(settings: Settings, console: Console) -> bool:
    pids = read_pids(settings.data_dir)
    clickhouse = (settings.clickhouse_host, settings.clickhouse_port)
    kafka = host_and_port(settings.kafka_bootstrap.split(",")[0])
    own = _monitored(settings, "clickhouse") if "clickhouse" in pids else ""
    broker = _memory(pids.get("broker"), settings.broker_memory_mb)
    rows = [
        ("Kafka", f"{kafka[0]}:{kafka[1]}{broker}", answers(*kafka)),
        (
            "ClickHouse",
            f"{clickhouse[0]}:{clickhouse[1]}{own}",
            answers(*clickhouse),
        ),
    ]
    rows += [
        (name, f"pid {pids[name]}{_monitored(settings, name)}", _runs(pids[name]))
        for name in ("worker", "sink", "produce")
        if name in pids
    ]
    if "preview" in pids:
        page = (settings.preview_host, settings.preview_port)
        rows.append(("preview", f"http://{page[0]}:{page[1]}", answers(*page)))
    if pids:
        rows.append(("disk", *_disk(settings)))
    table = Table("Service", "Where", "State", box=None, pad_edge=False, header_style="bold")
    for name, where, is_up in rows:
        well, ill = (ENOUGH, FULL) if name == "disk" else (OK, BAD)
        table.add_row(name, where, well if is_up else ill)
    console.print(table)
    if not pids:
        console.print("no stack of `ioc up` runs over this data folder", style="dim")
    return all(is_up for _, _, is_up in rows)


def print_faults(sentences: Sequence[str], console: Console) -> bool:
    """Print each sentence in red; True if there are none."""
    for sentence in sentences:
        console.print(sentence, style=RED, markup=False, emoji=False, soft_wrap=True)
    return not sentences


def _disk(settings: Settings) -> tuple[str, bool]:
    """The data folder with its free space, and whether that is enough."""
    free = free_mb(settings.data_dir)
    where = f"{settings.data_dir.resolve()}, {free:,} MB free"
    if free < settings.disk_reserve_mb:
        where += ": producers and sink wait"
    return where, free >= settings.free_disk_mb


def _monitored(settings: Settings, name: str) -> str:
    address = noted(settings, name)
    return f", {address}/metrics" if address else ""


def _memory(broker: int | None, limit_mb: int) -> str:
    """The embedded broker's memory use and limit; empty for another broker."""
    return "" if broker is None else f", {used_mb(broker):,.0f} of {limit_mb:,} MB"


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _feeds(settings: Settings, feeds: Sequence[Feed], console: Console) -> bool:
    reader = LagReader(settings)
    try:
        lags = {lag.topic: lag for lag in reader.worker(feeds)}
    finally:
        reader.close()
    with client.reader(settings) as connection:
        progress = figures.progress(connection)
        shares = reject_shares(connection, feeds)
        faults = [
            *_many_rejects(shares, settings.reject_limit),
            *_laggards(connection),
            *quarantined(unprocessable(connection)),
        ]
    table = _table()
    now, all_fresh = datetime.now(UTC), True
    for feed in feeds:
        lag = lags.get(events_topic(feed.name))
        if lag is None:
            continue
        progress_of = progress.get(feed.name)
        is_fresh = progress_of is not None and progress_of.age_s(now) <= feed.stale_s
        all_fresh = all_fresh and is_fresh
        share = shares.get(feed.name)
        is_over = share is not None and share.is_over(settings.reject_limit)
        table.add_row(*_row(feed, lag.published, lag.behind, progress_of, now, is_over))
    console.print(table)
    return print_faults(faults, console) and all_fresh


def _table() -> Table:
    """A narrow table: it fits a terminal of 80 columns."""
    table = Table("Feed", box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    counts = ("Published", "Lag", "Accepted", "Rejected", "Duplicates", "Late")
    for title in (*counts, "Newest", "Limit"):
        table.add_column(title, justify="right")
    return table


def _many_rejects(shares: Mapping[str, RejectShare], limit: float) -> Iterator[str]:
    """A sentence for each feed with more rejects than the limit allows."""
    for feed, share in shares.items():
        if share.is_over(limit):
            yield (
                f"{feed}: {share.rejected:,} of the last hour's "
                f"{share.archived + share.rejected:,} events were rejected "
                f"({(share.share or 0) * PERCENT:.1f} %, the limit IOC_REJECT_LIMIT is "
                f"{limit * PERCENT:g} %), most of them as {share.top_reason}; "
                f"see `ioc rejects --feed {feed} --since 1h`"
            )


def _laggards(connection: Client) -> Iterator[str]:
    """A sentence for each partition for which its feed's figures no longer wait."""
    for feed, partition, behind_s in connection.query(LAGGARDS).result_rows:
        yield (
            f"{feed}: partition {partition} is {show_age(behind_s, LENGTHS)} behind the others, "
            "more than IOC_LAGGARD_S: figures of its units are old, the others' go on without it"
        )


def quarantined(counts: Mapping[str, int]) -> Iterator[str]:
    """A sentence for each feed with unprocessable events."""
    for feed, count in counts.items():
        yield (
            f"{feed}: {count:,} events of the last 24 h could not be processed; see "
            f"`ioc rejects --feed {feed} --reason unprocessable`, and send them again after a fix: "
            f"`ioc rejects replay --feed {feed} --reason unprocessable`"
        )


def _row(
    feed: Feed,
    published: int,
    behind: int,
    progress: figures.FeedProgress | None,
    now: datetime,
    are_many_rejected: bool,
) -> list[Text]:
    """The cells of a feed: counts, age of its newest event, and the age from which it is red."""
    counts = [Text(f"{published:,}"), Text(f"{behind:,}")]
    limit = Text(show_age(feed.stale_s, LENGTHS))
    if progress is None:
        return [Text(feed.name), *counts, *[Text("–")] * 4, Text("none yet", style="dim"), limit]
    age_s = progress.age_s(now)
    style = GOOD if age_s <= feed.stale_s else RED
    rejected = Text(f"{progress.rejected:,}", style=RED if are_many_rejected else "")
    return [
        Text(feed.name),
        *counts,
        Text(f"{progress.accepted:,}"),
        rejected,
        Text(f"{progress.duplicates:,}"),
        Text(f"{progress.late:,}"),
        Text(show_age(age_s, ENGLISH), style=style),
        limit,
    ]
