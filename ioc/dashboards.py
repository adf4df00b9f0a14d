"""The commands about dashboards."""

from typing import Annotated

import typer
from rich.console import Console

from contracts.errors import IocError
from contracts.registry import FEEDS
from contracts.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="The dashboards.")
BUILD_ONLY = {"grafana_foundation_sdk": "grafana-foundation-sdk", "yaml": "PyYAML"}
"""Modules that only developers have, with the packages that bring them."""


@app.command()
def build() -> None:
    """Write the dashboards into dashboards/json and their alert rules, anew from the code."""
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
    changed = [*write(FEEDS), *write_alerts()]  # in this order: alerts name the panels' ids
    typer.echo("\n".join(changed) or "dashboards and alert rules are up to date")


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
    from ioc.dashboard_check import check_dashboards

    if not check_dashboards(load_settings(), Console(), sql=sql, live=live):
        raise typer.Exit(1)
