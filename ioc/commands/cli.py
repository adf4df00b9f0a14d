"""The ``ioc`` command: try the whole pipeline, ask it, or run one part of it."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from contracts.errors import IocError
from contracts.registry import feeds_named
from contracts.settings import load_settings
from ioc.commands import asking, parts, server
from ioc.commands.common import FeedNames, Rate, Seed, settings_of, stop_event
from ioc.commands.rejects import app as rejects_app
from ioc.process.log_lines import logs_as_json

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Streaming pipeline of a province's operations centre: simulated feeds through Kafka and "
    "Faust into ClickHouse. Start with `ioc up`. Settings come from the environment (IOC_...).",
)
new_app = typer.Typer(no_args_is_help=True, help="Something new to develop.")


def main() -> None:
    """Run the command; a user's mistake ends in one sentence and exit code 1."""
    logging.getLogger().addHandler(logging.NullHandler())  # libraries must not talk to the user
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
    Console(stderr=True, soft_wrap=True).print(
        f"ioc: {sentence}", style="bold red", markup=False, emoji=False
    )
    sys.exit(1)


@app.command(rich_help_panel="Try it")
def up(
    seconds: Annotated[
        float | None, typer.Option("--for", min=1, help="end by itself after so many seconds")
    ] = None,
    feeds: FeedNames = None,
    rate: Rate = None,
    seed: Seed = None,
    reference: Annotated[
        str | None,
        typer.Option(help="the province: hoa-binh-2023, phu-tho-2025, or a folder of your own"),
    ] = None,
    rebuild: Annotated[
        str | None,
        typer.Option(help="feeds, comma separated, whose state is rebuilt from the archive"),
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option(help="instead of the present a past, which stands at its end: seed-2023"),
    ] = None,
) -> None:
    """Start broker, ClickHouse, page, producers, worker and sink here, and watch the figures.

    Ctrl-C stops all of it; the data is kept, and the next `ioc up` continues from it.
    """
    from ioc.embedded.up import up as run_stack
    from ioc.replaying.standing import stand

    if scenario is not None:
        if any(given is not None for given in (feeds, rate, seed, rebuild)):
            raise IocError(
                "--scenario brings its own feeds and events: leave --feeds, --rate, --seed and "
                "--rebuild out"
            )
        stand(settings_of(reference=reference), scenario, seconds, stop_event())
        return
    settings = settings_of(feeds, rate, seed, reference)
    asked = [feed.name for feed in feeds_named(rebuild.split(","))] if rebuild else []
    run_stack(settings, feeds_named(settings.feeds), seconds, asked)


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
    changed: Annotated[
        str,
        typer.Option(
            help="archived records that say something else now: keep the first version, or "
            "correct them (with --into)",
            metavar="keep|correct",
        ),
    ] = "keep",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="only check the records, and report")
    ] = False,
) -> None:
    """Turn records of the past into events; a second run adds nothing.

    Events made from a row by the mapping are checked like any other. Without --into they go to the
    running stack.
    """
    from ioc.replaying.replay import replay as run_replay
    from ioc.replaying.request import make_request

    request = make_request(
        file, feed, mapping, scenario, speed, into, dry_run=dry_run, changed=changed
    )
    if not run_replay(load_settings(), request, Console(), stop_event()):
        raise typer.Exit(1)


@new_app.command("feed")
def feed_from_templates(
    name: Annotated[str, typer.Argument(help="small letters and digits, such as river")],
    title: Annotated[str, typer.Option(help="title on the screens, in Vietnamese")] = "",
    content: Annotated[
        str, typer.Option(help="what it tells of: economy, documents, services, …, platforms")
    ] = "platforms",
) -> None:
    """Write a new feed that runs: contract, simulator, recount, tests, page, screen, alerts.

    Run it in a checkout of the project, then edit the files it wrote to describe your feed.
    """
    from ioc.feeds.new import build_dashboards, new_feed, write_feed

    root = Path.cwd()
    for path in write_feed(new_feed(name, title, content), root):
        typer.echo(path)
    typer.echo(build_dashboards(root), nl=False)
    typer.echo(f'Try it: make run ARGS="--feeds {name}"; docs/add-a-stream.md says what comes next')


app.add_typer(asking.app)
app.add_typer(rejects_app, name="rejects", rich_help_panel=asking.ASK)
app.add_typer(parts.app)
app.add_typer(server.app)
app.add_typer(new_app, name="new", rich_help_panel="Develop")
