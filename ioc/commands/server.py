"""What is done once, or now and then, on a server."""

from typing import Annotated

import typer
from rich.console import Console

from contracts.errors import IocError
from contracts.reference.province import load_reference
from contracts.registry import feed_named, feeds_named
from contracts.settings import load_settings
from ioc.commands.common import FeedNames, settings_of
from ioc.commands.dashboards import app as dashboards_app

SERVER = "On a server"
app = typer.Typer()
topics_app = typer.Typer(no_args_is_help=True, help="The Kafka topics.")
schema_app = typer.Typer(no_args_is_help=True, help="The ClickHouse tables.")
app.add_typer(topics_app, name="topics", rich_help_panel=SERVER)
app.add_typer(schema_app, name="schema", rich_help_panel=SERVER)
app.add_typer(dashboards_app, name="dashboards", rich_help_panel=SERVER)


@app.command(rich_help_panel=SERVER)
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
    from ioc.state.rebuild import SOURCES, rebuild_from

    if source not in SOURCES:
        raise IocError(f"--from {source}: there are {', '.join(SOURCES)}")
    settings = settings_of(feeds=feeds)
    rebuild_from(source, settings, feeds_named(settings.feeds), force=force, say=typer.echo)


@app.command(rich_help_panel=SERVER)
def backfill(
    feed: Annotated[str, typer.Option(help="the feed whose panes are recounted")],
    since: Annotated[
        str | None,
        typer.Option(help="only panes that begin from then on, as of `ioc audit`; without it: all"),
    ] = None,
) -> None:
    """Recount the panes of a feed over its archive, after its contract gained a measure.

    Workers go on meanwhile, and take it over. Stopped, it goes on where it was when it runs again.
    """
    from ioc.asking.backfill import backfill as run_backfill

    settings = load_settings()
    run_backfill(settings, feed_named(feed), since, Console(soft_wrap=True))


@app.command(rich_help_panel=SERVER)
def health(
    part: Annotated[str, typer.Argument(help="produce, worker or sink")],
) -> None:
    """Exit code 0 if the part gets on: what its /healthz says, else by its heartbeat."""
    from ioc.monitoring import addresses
    from ioc.monitoring.heartbeat import PARTS, check

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
    from ioc.topics.apply import apply

    settings = load_settings()
    done = apply(settings, feeds_named(settings.feeds))
    typer.echo("\n".join(done) or "all topics are as they have to be")


@topics_app.command("check")
def topics_check() -> None:
    """Compare the topics with what they have to be; exit code 1 where one differs."""
    from ioc.topics.check import check

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
