"""The commands about dashboards."""

import typer

from contracts.errors import IocError
from contracts.registry import FEEDS

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
