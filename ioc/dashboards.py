"""The commands about dashboards."""

import typer

from contracts.errors import IocError
from contracts.registry import FEEDS

app = typer.Typer(no_args_is_help=True, help="The dashboards.")


@app.command()
def build() -> None:
    """Write the dashboards anew from their code into dashboards/json."""
    try:
        from dashboards.boards.build import write
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "grafana_foundation_sdk":
            raise
        raise IocError(
            "building dashboards needs grafana-foundation-sdk, which `make install` brings and a "
            "server does without"
        ) from None
    typer.echo("\n".join(write(FEEDS)) or "the dashboards are up to date")
