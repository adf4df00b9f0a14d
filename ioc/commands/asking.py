"""Commands that ask: which feeds exist, how the system is doing, and whether it is right."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from contracts.reference.province import load_reference
from contracts.registry import feed_named, feeds_named
from contracts.settings import load_settings
from ioc.commands.common import settings_of

ASK = "Ask"
app = typer.Typer()


@app.command(rich_help_panel=ASK)
def status() -> None:
    """Show services, lag and freshness; exit code 1 if something is down or stale."""
    from ioc.status.status import status as print_status

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
        bool, typer.Option("--repair", help="let the workers correct wrong panes and gauges")
    ] = False,
) -> None:
    """Account for every event, recount every pane and gauge from the archive; exit 1 on a fault."""
    from ioc.asking.audit import audit as run_audit

    settings = settings_of(feeds=feed)
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
    from ioc.asking.query import run_query

    run_query(load_settings(), sql, output)


@app.command(rich_help_panel=ASK)
def report(
    name: Annotated[str, typer.Argument(help="what was published: seed-2023")],
    database: Annotated[
        str, typer.Option(help="database that the scenario was replayed into")
    ] = "ioc_seed_2023",
) -> None:
    """Compare published figures with computed ones; exit code 1 if they differ.

    Starts the embedded ClickHouse endpoint for this command if none answers.
    """
    from ioc.published.report import published_named
    from ioc.published.report import report as print_report

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
            help="compare the contracts with the recorded ones, and their parts with the recounts; "
            "exit code 1 if they differ",
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
    from ioc.feeds import recorded
    from ioc.feeds.recounts import missing_parts

    feeds = feeds_named(())
    if record:
        typer.echo("\n".join(recorded.record(feeds)) or "all contracts are as recorded")
        return
    faults = [*recorded.check(feeds), *missing_parts(feeds)]
    typer.echo("\n".join(faults) or "all contracts are as recorded, and every part is recounted")
    if faults:
        raise typer.Exit(1)


@app.command(rich_help_panel=ASK)
def settings() -> None:
    """Print the reference of all settings, as Markdown (docs/settings.md)."""
    from ioc.asking.settings_reference import markdown

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
    for unit in load_reference(load_settings()).units:
        period = f"{unit.valid_from} – {unit.valid_to}"
        table.add_row(unit.code, unit.name_vi, unit.kind, f"{unit.population:,}", period)
    Console().print(table)


@app.command(rich_help_panel=ASK)
def dictionary() -> None:
    """Print all tables and columns with their comments, as Markdown (docs/dictionary.md)."""
    from ioc.asking.dictionary import markdown
    from ioc.asking.explained import explained
    from sinks import client

    settings = load_settings()
    with explained(settings), client.reader(settings) as connection:
        typer.echo(markdown(connection), nl=False)
