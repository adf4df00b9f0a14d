"""Each part alone, as a server runs it."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from contracts.registry import feeds_named
from contracts.settings import load_settings
from ioc.commands.common import Rate, Seed, log_to_stderr, settings_of, stop_event
from ioc.process.deadline import end_within

ALONE = "Each part alone, as a server runs it"
app = typer.Typer()
sink_app = typer.Typer(invoke_without_command=True)


@app.command(rich_help_panel=ALONE)
def produce(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="FEED...", help="feeds; all where none is named")
    ] = None,
    rate: Rate = None,
    seed: Seed = None,
) -> None:
    """Simulate feeds and publish them to Kafka until SIGTERM."""
    from ioc.monitoring.heartbeat import Heart
    from ioc.monitoring.kafka_probe import Broker
    from ioc.monitoring.monitor import Monitor
    from producers.runner import run

    settings = settings_of(rate=rate, seed=seed)
    chosen = feeds_named(names or settings.feeds)
    log_to_stderr(settings)
    heart, monitor = Heart(settings, "produce"), Monitor(settings, "produce", [Broker(settings)])
    monitor.start()
    run(settings, chosen, stop_event(settings.stop_s), beat=heart.beat, show=monitor.show)


@app.command(rich_help_panel=ALONE)
def worker() -> None:
    """Check events, fold them into panes, emit indicators, until SIGTERM."""
    from ioc.monitoring.heartbeat import Heart
    from ioc.monitoring.kafka_probe import Broker
    from ioc.monitoring.monitor import Monitor
    from ioc.topics.stamping import require_stamped
    from streams.process.worker import run

    settings = load_settings()
    log_to_stderr(settings)
    feeds = feeds_named(settings.feeds)
    heart, monitor = Heart(settings, "worker"), Monitor(settings, "worker", [Broker(settings)])
    monitor.start()
    require_stamped(settings, feeds)
    stopping = partial(end_within, settings.stop_s)
    run(settings, feeds, heart.beat, monitor.show, stopping)


@sink_app.callback()
def sink(context: typer.Context) -> None:
    """Write archive, panes, indicators and rejects to ClickHouse until SIGTERM."""
    if context.invoked_subcommand is None:
        _run_sink()


@sink_app.command()
def resume(
    route: Annotated[str, typer.Argument(help="as /readyz and `ioc status` name it")],
) -> None:
    """Let a parked route try again, after the cause in its sentence is fixed.

    Run it where the sink runs, with its IOC_DATA_DIR.
    """
    from sinks.parking import Parking

    Parking(load_settings()).resume(route)
    typer.echo(f"route {route}: the sink tries again")


def _run_sink() -> None:
    from ioc.monitoring.clickhouse_probe import schema
    from ioc.monitoring.heartbeat import Heart
    from ioc.monitoring.kafka_probe import Broker
    from ioc.monitoring.monitor import Monitor
    from sinks.runner import run

    settings = load_settings()
    log_to_stderr(settings)
    heart = Heart(settings, "sink")
    monitor = Monitor(settings, "sink", [Broker(settings), schema(settings)])
    monitor.start()
    stop = stop_event(settings.stop_s)
    run(settings, feeds_named(settings.feeds), stop, heart.beat, monitor.show)


app.add_typer(sink_app, name="sink", rich_help_panel=ALONE)


@app.command(rich_help_panel=ALONE)
def preview(
    folder: Annotated[
        Path | None, typer.Option("--dashboards", help="folder of dashboard JSON files")
    ] = None,
) -> None:
    """Serve the preview page of the dashboards; it reads ClickHouse as the read-only user."""
    from ioc.embedded.preview import preview as run_preview

    settings = load_settings()
    log_to_stderr(settings)
    run_preview(settings, stop_event(), folder)


@app.command(rich_help_panel=ALONE)
def clickhouse() -> None:
    """Serve the embedded ClickHouse engine over HTTP, with its data below IOC_DATA_DIR."""
    from ioc.embedded.clickhouse import serve

    settings = load_settings()
    log_to_stderr(settings)
    serve(settings)


@app.command(rich_help_panel=ALONE)
def broker() -> None:
    """Run the embedded Kafka-compatible broker, which keeps its log in memory only."""
    from ioc.embedded.broker import serve

    serve(load_settings())
