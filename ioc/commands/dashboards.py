"""The commands about dashboards."""

import time
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from contracts.errors import IocError
from contracts.reference.boundaries import load_boundaries
from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="The dashboards.")
BUILD_ONLY = {"grafana_foundation_sdk": "grafana-foundation-sdk", "yaml": "PyYAML"}
"""Modules that only developers have, with the packages that bring them."""


@app.command()
def build() -> None:
    """Rebuild the dashboards in dashboards/json and their alert rules from the code."""
    try:
        from dashboards.alerts.build import write as write_alerts
        from dashboards.boards.build import write
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in BUILD_ONLY:
            raise
        raise IocError(
            f"building dashboards needs {BUILD_ONLY[missing]}, which `make install` brings and a "
            "server does without"
        ) from None
    changed = [*write(FEEDS), *write_alerts(FEEDS)]  # in this order: alerts refer to panels by id
    typer.echo("\n".join(changed) or "dashboards and alert rules are up to date")


@app.command("map")
def write_map(
    to: Annotated[
        Path | None,
        typer.Option(help="file to write; else dashboards/maps/units.geojson, which Grafana reads"),
    ] = None,
) -> None:
    """Write the areas of the province's units for Grafana's map (IOC_REFERENCE, IOC_BOUNDARIES)."""
    from dashboards.grafana.areas import FILE, areas_json

    settings = load_settings()
    units = load_reference(settings).units
    boundaries = load_boundaries(settings, units)
    file = to or FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(areas_json(boundaries, units), encoding="utf-8")
    except OSError as error:
        raise IocError(f"{file}: cannot be written: {error.strerror}") from None
    made = "sketched around their points" if boundaries.is_sketch else "from boundaries"
    typer.echo(f"{file}: the areas of {len(boundaries.areas):,} units, {made}")


@app.command()
def check(
    sql: Annotated[
        bool, typer.Option("--sql/--no-sql", help="run every statement, or look at files only")
    ] = True,
    live: Annotated[
        bool,
        typer.Option(
            "--live/--seeded",
            help="over the ClickHouse of the settings, or over a temporary one of its own: once "
            "with made-up data and once with empty tables",
        ),
    ] = False,
) -> None:
    """Check dashboards and alert rules: structure, house rules, SQL; exit code 1 on a fault.

    Every panel, variable, annotation and alert rule is run for every kind of choice: one, several,
    All, none, quotes and Vietnamese text. That takes about half a minute.
    """
    from ioc.asking.dashboard_check import check_dashboards

    if not check_dashboards(load_settings(), Console(), sql=sql, live=live):
        raise typer.Exit(1)


@app.command()
def publish(
    url: Annotated[
        str | None, typer.Option(help="address of Grafana; IOC_GRAFANA_URL where not given")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            help="token of a service account with the role Editor; other users of this machine "
            "can see it here: better --token-file or IOC_GRAFANA_TOKEN"
        ),
    ] = None,
    token_file: Annotated[Path | None, typer.Option(help="file that holds the token")] = None,
    folder: Annotated[str, typer.Option(help="title of the folder, if it has to be made")] = "IOC",
    folder_uid: Annotated[str, typer.Option(help="uid of the folder")] = "ioc",
    message: Annotated[
        str | None, typer.Option(help="what the dashboards' history says of this version")
    ] = None,
    annotate: Annotated[
        str | None, typer.Option(help='text that marks this moment on time axes; "": no mark')
    ] = None,
    ca: Annotated[
        Path | None, typer.Option(help="file with the CA that signed Grafana's certificate")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="seconds that a reply may take")] = 15,
) -> None:
    """Publish the dashboards to a Grafana elsewhere, replacing earlier versions of them.

    The Grafana of docker-compose.yml does not need this: it reads the files. A second run is safe.
    """
    from dashboards.publishing.address import parse_address
    from dashboards.publishing.board_files import load_boards
    from dashboards.publishing.connection import Grafana
    from dashboards.publishing.publish import Edition, Folder
    from dashboards.publishing.publish import publish as publish_boards
    from dashboards.publishing.token import token_of

    settings = load_settings()
    address = parse_address(settings.grafana_url if url is None else url)
    if ca is not None and not ca.is_file():
        raise IocError(f"--ca {ca}: there is no such file")
    grafana = Grafana(
        address,
        token_of(token, token_file, settings.grafana_token),
        timeout,
        True if ca is None else str(ca),
    )
    edition = f"hoabinh-ioc {version('hoabinh-ioc')}"
    publish_boards(
        grafana,
        load_boards(),
        Folder(folder_uid, folder),
        Edition(
            message=edition if message is None else f"{edition}: {message}",
            mark=f"Bảng điều khiển {edition}" if annotate is None else annotate,
            at_ms=round(time.time() * 1000),
        ),
        typer.echo,
    )
