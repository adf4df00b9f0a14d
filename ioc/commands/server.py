"""Commands for a server, run once or now and then."""

from collections import Counter
from typing import Annotated

import typer
from rich.console import Console

from contracts.errors import IocError
from contracts.reference.boundaries import Boundaries, load_boundaries
from contracts.reference.province import load_reference, reference_folder
from contracts.registry import feed_named, feeds_named
from contracts.settings import load_settings
from ioc.commands.common import FeedNames, settings_of
from ioc.commands.dashboards import app as dashboards_app

SERVER = "On a server"
app = typer.Typer()
topics_app = typer.Typer(no_args_is_help=True, help="The Kafka topics.")
schema_app = typer.Typer(no_args_is_help=True, help="The ClickHouse tables.")
reference_app = typer.Typer(no_args_is_help=True, help="The province's reference data.")
app.add_typer(reference_app, name="reference", rich_help_panel=SERVER)
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
    """Restore the workers' state if their changelogs are lost or broken; stop the workers first."""
    from ioc.state.rebuild import SOURCES, rebuild_from

    if source not in SOURCES:
        raise IocError(f"--from {source}: there are {', '.join(SOURCES)}")
    settings = settings_of(feeds=feeds)
    rebuild_from(source, settings, feeds_named(settings.feeds), force=force, say=typer.echo)


@reference_app.command("check")
def reference_check(
    folder: Annotated[
        str | None, typer.Argument(help="folder, or name of a shipped one; else IOC_REFERENCE")
    ] = None,
) -> None:
    """Say what a folder of reference data holds, or the first thing in it that does not fit."""
    settings = settings_of(reference=folder)
    found = load_reference(settings)
    kinds = Counter(unit.kind for unit in found.units.districts)
    typer.echo(f"{reference_folder(settings)}: {found.units.province.name_vi}")
    rows: dict[str, object] = {
        "units below the province": ", ".join(f"{n:,} {kind}" for kind, n in kinds.items()),
        "people": f"{sum(unit.population for unit in found.units.districts):,}",
        "agencies": len(found.agencies),
        "cameras": len(found.cameras),
        "schools": len(found.schools),
        "health units": len(found.health_units),
        "sites": len(found.sites),
        "systems under watch": len(found.monitored),
        "systems on platforms": len(found.platform),
        "areas on the map": _areas(load_boundaries(settings, found.units)),
    }
    for what, held in rows.items():
        typer.echo(f"  {what}: {held}")


def _areas(boundaries: Boundaries) -> str:
    if boundaries.is_sketch:
        return "sketched around the units' points, because there is no boundaries.geojson"
    return f"{len(boundaries.areas)}"


@app.command(rich_help_panel=SERVER)
def backfill(
    feed: Annotated[str, typer.Option(help="the feed whose panes are recounted")],
    since: Annotated[
        str | None,
        typer.Option(help="only panes that begin from then on, as of `ioc audit`; without it: all"),
    ] = None,
) -> None:
    """Recount the panes of a feed over its archive, after its contract gained a measure.

    Workers keep running and apply the recount. A run that is repeated after a stop continues where
    it was.
    """
    from ioc.asking.backfill import backfill as run_backfill

    settings = load_settings()
    run_backfill(settings, feed_named(feed), since, Console(soft_wrap=True))


@app.command(rich_help_panel=SERVER)
def health(
    part: Annotated[str, typer.Argument(help="produce, worker or sink")],
) -> None:
    """Exit code 0 if the part makes progress, according to its /healthz or else its heartbeat."""
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
    """Create missing topics, and alter the configuration of those that differ."""
    from ioc.topics.apply import apply

    settings = load_settings()
    done = apply(settings, feeds_named(settings.feeds))
    typer.echo("\n".join(done) or "all topics are as they have to be")


@topics_app.command("check")
def topics_check() -> None:
    """Compare the topics with what they must be; exit code 1 if one differs."""
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
