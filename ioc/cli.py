"""The ``ioc`` command: try the whole pipeline, ask it, or run one part of it."""

import json
import logging
import signal
import sys
from functools import partial
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from contracts.errors import IocError
from contracts.reference import load_reference
from contracts.registry import feed_named, feeds_named
from contracts.settings import Settings, load_settings
from contracts.units import load_units
from ioc.dashboards import app as dashboards_app
from ioc.deadline import end_within
from ioc.log_lines import logs_as_json, stderr_handler
from ioc.rejects.commands import app as rejects_app

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Streaming pipeline of a province's operations centre: simulated feeds through Kafka and "
    "Faust into ClickHouse. Start with `ioc up`. Settings come from the environment (IOC_...).",
)
topics_app = typer.Typer(no_args_is_help=True, help="The Kafka topics.")
new_app = typer.Typer(no_args_is_help=True, help="Something new to develop.")
schema_app = typer.Typer(no_args_is_help=True, help="The ClickHouse tables.")
ALONE = "Each part alone, as a server runs it"
ASK = "Ask"
app.add_typer(rejects_app, name="rejects", rich_help_panel=ASK)
app.add_typer(topics_app, name="topics", rich_help_panel="On a server")
app.add_typer(schema_app, name="schema", rich_help_panel="On a server")
app.add_typer(new_app, name="new", rich_help_panel="Develop")
app.add_typer(dashboards_app, name="dashboards", rich_help_panel="On a server")


FeedNames = Annotated[
    str | None, typer.Option("--feeds", help="feeds, comma separated; all where not given")
]
Rate = Annotated[
    float | None, typer.Option(help="events/s of each feed; the province's own pace if not given")
]
Seed = Annotated[int | None, typer.Option(help="seed of the simulators; the same seed, same life")]


def main() -> None:
    """Run the command; a user's mistake ends in one sentence and exit code 1."""
    logging.getLogger().addHandler(logging.NullHandler())  # libraries don't talk to the user
    try:
        app()
    except IocError as error:
        _complain(str(error))
    except OSError as error:
        if error.filename is None:
            raise
        _complain(
            f"{error.filename}: {error.strerror}; data and logs go to IOC_DATA_DIR, which has to "
            "be a folder that can be written"
        )


def _complain(sentence: str) -> None:
    if logs_as_json():
        logging.getLogger("ioc").critical(sentence)
        sys.exit(1)
    Console(stderr=True, soft_wrap=True).print(f"ioc: {sentence}", style="bold red", markup=False)
    sys.exit(1)


@app.command(rich_help_panel="Try it")
def up(
    seconds: Annotated[
        float | None, typer.Option("--for", min=1, help="end by itself after so many seconds")
    ] = None,
    feeds: FeedNames = None,
    rate: Rate = None,
    seed: Seed = None,
) -> None:
    """Start broker, ClickHouse, page, producers, worker and sink here, and watch the figures.

    Ctrl-C stops all of it; the data is kept, and the next `ioc up` goes on from it.
    """
    from ioc.up import up as run_stack

    settings = _settings(feeds=feeds, rate=rate, seed=seed)
    run_stack(settings, feeds_named(settings.feeds), seconds)


@app.command(rich_help_panel="Try it")
def replay(
    file: Annotated[
        Path | None, typer.Argument(help="records: .csv, .xlsx or .parquet", show_default=False)
    ] = None,
    feed: Annotated[str | None, typer.Option(help="the feed that the records tell of")] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", help="TOML file: which column is which field")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(help="a past that was worked out before, such as seed-2023")
    ] = None,
    speed: Annotated[
        str, typer.Option(help="1x as it happened, 100x a hundred times as fast, max")
    ] = "max",
    into: Annotated[
        str | None,
        typer.Option(help="apart from the running stack, into database ioc_NAME", metavar="NAME"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="only check the records, and report")
    ] = False,
) -> None:
    """Turn records of the past into events; a second time adds nothing.

    What a row makes, by the mapping, is checked like any event. Without --into the events go to the
    running stack.
    """
    from ioc.replay import replay as run_replay
    from ioc.replaying.request import make_request

    request = make_request(file, feed, mapping, scenario, speed, into, dry_run=dry_run)
    if not run_replay(load_settings(), request, Console(), _stop_event()):
        raise typer.Exit(1)


@app.command(rich_help_panel=ASK)
def status() -> None:
    """Show services, lag and freshness; exit code 1 where something is down or stale."""
    from ioc.status import status as print_status

    settings = load_settings()
    if not print_status(settings, feeds_named(settings.feeds), Console()):
        raise typer.Exit(1)


@app.command(rich_help_panel=ASK)
def audit(
    since: Annotated[
        str | None,
        typer.Option(
            help="only panes that begin, and events that were stored, from then on: 24h, 7d, "
            "2026-11-23 or 2026-11-23T09:00+07:00; without a zone it is UTC. Without it: all"
        ),
    ] = None,
    feed: Annotated[
        str | None, typer.Option(help="feeds, comma separated; all where not given")
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="let the workers correct the panes that are wrong")
    ] = False,
) -> None:
    """Account for every event and recount every pane from the archive; exit code 1 on a fault."""
    from ioc.audit import audit as run_audit

    settings = _settings(feeds=feed)
    feeds = feeds_named(settings.feeds)
    if not run_audit(settings, feeds, since, Console(soft_wrap=True), repair=repair):
        raise typer.Exit(1)


@app.command(rich_help_panel=ASK)
def query(
    sql: Annotated[str, typer.Argument(help="a SELECT over the tables of database ioc")],
    output: Annotated[
        str, typer.Option("--format", help="table, json (an array of rows) or csv")
    ] = "table",
) -> None:
    """Ask ClickHouse as the read-only user: ioc query "SELECT * FROM indicator_latest LIMIT 5"."""
    from ioc.query import run_query

    run_query(load_settings(), sql, output)


@app.command(rich_help_panel=ASK)
def report(
    name: Annotated[str, typer.Argument(help="what was published: seed-2023")],
    database: Annotated[
        str, typer.Option(help="database that the scenario was replayed into")
    ] = "ioc_seed_2023",
) -> None:
    """Compare published figures with computed ones; exit code 1 where they differ.

    Runs the embedded ClickHouse endpoint for as long as it takes, where none answers.
    """
    from ioc.report import published_named
    from ioc.report import report as print_report

    print_report(load_settings(clickhouse_database=database), published_named(name), Console())


@app.command(rich_help_panel=ASK)
def feeds(
    schema: Annotated[
        str | None, typer.Option("--schema", help="print the JSON Schema of this feed's events")
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="compare the contracts with the recorded ones; exit code 1 if they differ",
        ),
    ] = False,
    record: Annotated[
        bool, typer.Option("--record", help="record what was added to the contracts")
    ] = False,
) -> None:
    """List the feeds with their events and indicators."""
    if check or record:
        _compare_contracts(record=record)
        return
    if schema is not None:
        typer.echo(json.dumps(feed_named(schema).schema(), ensure_ascii=False, indent=2))
        return
    table = Table("Feed", "Title", "Events", "Indicators", box=None, header_style="bold")
    for feed in feeds_named(load_settings().feeds):
        names = ", ".join(indicator.name for indicator in feed.indicators)
        table.add_row(feed.name, feed.title, ", ".join(feed.kinds), names)
    Console().print(table)


def _compare_contracts(*, record: bool) -> None:
    from ioc import feed_contracts

    feeds = feeds_named(())
    found = (feed_contracts.record if record else feed_contracts.check)(feeds)
    typer.echo("\n".join(found) or "all contracts are as recorded")
    if found and not record:
        raise typer.Exit(1)


@app.command(rich_help_panel=ASK)
def settings() -> None:
    """Print the reference of all settings, as Markdown (docs/settings.md)."""
    from ioc.settings_reference import markdown

    typer.echo(markdown(), nl=False)


@app.command(rich_help_panel=ASK)
def metrics() -> None:
    """Print the reference of all metrics, as Markdown (docs/metrics.md)."""
    from ioc.monitoring.reference import markdown

    typer.echo(markdown(), nl=False)


@app.command(rich_help_panel=ASK)
def units() -> None:
    """List the province and its districts."""
    table = Table("Code", "Name", "Kind", box=None, header_style="bold")
    table.add_column("Population", justify="right")
    table.add_column("In force", justify="right")
    for unit in load_units(load_settings().units_file):
        period = f"{unit.valid_from} – {unit.valid_to}"
        table.add_row(unit.code, unit.name_vi, unit.kind, f"{unit.population:,}", period)
    Console().print(table)


@app.command(rich_help_panel=ALONE)
def produce(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="FEED...", help="feeds; all where none is named")
    ] = None,
    rate: Rate = None,
    seed: Seed = None,
) -> None:
    """Simulate feeds and publish them to Kafka until SIGTERM."""
    from ioc.heartbeat import Heart
    from ioc.monitoring.monitor import Monitor
    from ioc.monitoring.probes import Broker
    from producers.runner import run

    settings = _settings(rate=rate, seed=seed)
    chosen = feeds_named(names or settings.feeds)
    _log(settings)
    heart, monitor = Heart(settings, "produce"), Monitor(settings, "produce", [Broker(settings)])
    monitor.start()
    run(settings, chosen, _stop_event(settings.stop_s), beat=heart.beat, show=monitor.show)


@app.command(rich_help_panel=ALONE)
def worker() -> None:
    """Check events, fold them into panes, emit indicators, until SIGTERM."""
    from ioc.heartbeat import Heart
    from ioc.monitoring.monitor import Monitor
    from ioc.monitoring.probes import Broker
    from streams.worker import run

    settings = load_settings()
    _log(settings)
    heart, monitor = Heart(settings, "worker"), Monitor(settings, "worker", [Broker(settings)])
    monitor.start()
    stopping = partial(end_within, settings.stop_s)
    run(settings, feeds_named(settings.feeds), heart.beat, monitor.show, stopping)


@app.command(rich_help_panel=ALONE)
def sink() -> None:
    """Write archive, panes, indicators and rejects to ClickHouse until SIGTERM."""
    from ioc.heartbeat import Heart
    from ioc.monitoring.monitor import Monitor
    from ioc.monitoring.probes import Broker, schema
    from sinks.runner import run

    settings = load_settings()
    _log(settings)
    heart = Heart(settings, "sink")
    monitor = Monitor(settings, "sink", [Broker(settings), schema(settings)])
    monitor.start()
    stop = _stop_event(settings.stop_s)
    run(settings, feeds_named(settings.feeds), stop, heart.beat, monitor.show)


@app.command(rich_help_panel="On a server")
def rebuild(
    source: Annotated[
        str,
        typer.Option(
            "--from",
            help="archive: recount it from the archived events; mirror: put back the copy of the "
            "changelogs that ClickHouse keeps (into empty ones)",
        ),
    ],
    feeds: FeedNames = None,
    force: Annotated[
        bool, typer.Option("--force", help="even if Kafka says that a worker runs")
    ] = False,
) -> None:
    """Bring back the workers' state where their changelogs are lost or broken; stop them first."""
    from ioc.rebuild import SOURCES, rebuild_from

    if source not in SOURCES:
        raise IocError(f"--from {source}: there are {', '.join(SOURCES)}")
    settings = _settings(feeds=feeds)
    rebuild_from(source, settings, feeds_named(settings.feeds), force=force, say=typer.echo)


@app.command(rich_help_panel=ALONE)
def preview(
    folder: Annotated[
        Path | None, typer.Option("--dashboards", help="folder of dashboard JSON files")
    ] = None,
) -> None:
    """Serve the preview page of the dashboards, which reads ClickHouse as the read-only user."""
    from ioc.preview import preview as run_preview

    settings = load_settings()
    _log(settings)
    run_preview(settings, _stop_event(), folder)


@app.command(rich_help_panel=ALONE)
def clickhouse() -> None:
    """Serve the embedded ClickHouse engine over HTTP, with its data below IOC_DATA_DIR."""
    from ioc.embedded_clickhouse import serve

    settings = load_settings()
    _log(settings)
    serve(settings)


@app.command(rich_help_panel=ALONE)
def broker() -> None:
    """Run the embedded Kafka-compatible broker, which keeps its log in memory only."""
    from ioc.broker import serve

    serve(load_settings())


@app.command(rich_help_panel="On a server")
def health(
    part: Annotated[str, typer.Argument(help="produce, worker or sink")],
) -> None:
    """Exit code 0 if the part gets on: what its /healthz says, else by its heartbeat."""
    from ioc.heartbeat import PARTS, check
    from ioc.monitoring import addresses

    if part not in PARTS:
        raise IocError(f"there is no part named {part!r}; there are: {', '.join(PARTS)}")
    settings = load_settings()
    if address := addresses.noted(settings, part):
        typer.echo(f"{part}: {addresses.ask(address)}")
    else:
        typer.echo(f"{part}: progress {check(settings, part):.0f} s ago")


@topics_app.command("apply")
def topics_apply() -> None:
    """Create the topics that are missing, and alter the configuration of those that differ."""
    from ioc.topics import apply

    settings = load_settings()
    done = apply(settings, feeds_named(settings.feeds))
    typer.echo("\n".join(done) or "all topics are as they have to be")


@topics_app.command("check")
def topics_check() -> None:
    """Compare the topics with what they have to be; exit code 1 where one differs."""
    from ioc.topic_check import check

    settings = load_settings()
    if not check(settings, feeds_named(settings.feeds), Console()):
        raise typer.Exit(1)


@schema_app.command("apply")
def schema_apply() -> None:
    """Create or extend the tables; a second time changes nothing."""
    from ioc.schema import apply

    settings = load_settings()
    changes = apply(settings, feeds_named(settings.feeds), load_reference(settings))
    typer.echo("\n".join(changes) or "the schema is up to date")


@new_app.command("feed")
def feed_from_templates(
    name: Annotated[str, typer.Argument(help="small letters and digits, such as river")],
    title: Annotated[str, typer.Option(help="title on the screens, in Vietnamese")] = "",
    content: Annotated[
        str, typer.Option(help="what it tells of: economy, documents, services, …, platforms")
    ] = "platforms",
) -> None:
    """Write a new feed that runs: contract, simulator, recount, tests, page, screen, alerts.

    Run it in a checkout of the project, then change what it wrote into what your feed is.
    """
    from ioc.new_feed import build_dashboards, new_feed, write_feed

    root = Path.cwd()
    for path in write_feed(new_feed(name, title, content), root):
        typer.echo(path)
    typer.echo(build_dashboards(root), nl=False)
    typer.echo(f'Try it: make run ARGS="--feeds {name}"; docs/add-a-stream.md says what comes next')


def _settings(
    feeds: str | None = None, rate: float | None = None, seed: int | None = None
) -> Settings:
    """The settings, where the command line wins over the environment."""
    given = {"feeds": feeds, "rate": rate, "seed": seed}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    feeds_named(settings.feeds)
    return settings


def _log(settings: Settings) -> None:
    logging.basicConfig(level=settings.log_level, handlers=[stderr_handler(settings)], force=True)


def _stop_event(within_s: float | None = None) -> Event:
    """An event that SIGTERM and SIGINT set; the process then ends within so many seconds."""
    stop = Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if within_s is not None and not stop.is_set():
            end_within(within_s)
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, ask)
    return stop
