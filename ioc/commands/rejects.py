"""The commands ``ioc rejects`` and ``ioc rejects replay``."""

from typing import Annotated

import typer
from rich.console import Console

from contracts.errors import IocError
from contracts.feed import Feed
from contracts.registry import feed_named, feeds_named
from contracts.settings import Settings, load_settings
from ioc.asking.since import seconds_of
from ioc.rejects.choice import Choice, reason_named

A_DAY = "24h"

app = typer.Typer(invoke_without_command=True)

FeedName = Annotated[str | None, typer.Option("--feed", help="one feed; all where not given")]


@app.callback()
def rejects(
    context: typer.Context,
    feed: FeedName = None,
    reason: Annotated[str | None, typer.Option(help="one reason; all where not given")] = None,
    since: Annotated[str, typer.Option(help="how far back: 90m, 24h, 7d")] = A_DAY,
    samples: Annotated[int, typer.Option(min=0, max=100, help="details a reason to show")] = 3,
    raw: Annotated[
        bool, typer.Option("--raw", help="show how the events begin; they may hold personal data")
    ] = False,
) -> None:
    """List rejected events by feed and reason, with samples. Times are in UTC (Z)."""
    from ioc.rejects.listing import show_rejects

    if context.invoked_subcommand is not None:
        if (feed, reason, since, samples, raw) != (None, None, A_DAY, 3, False):
            raise IocError(
                f"options stand behind the command: ioc rejects {context.invoked_subcommand} --…"
            )
        return
    settings = load_settings()
    chosen = reason_named(reason) if reason is not None else None
    choice = Choice(_feeds(settings, feed), chosen, seconds_of(since))
    show_rejects(settings, choice, samples, Console(), raw=raw)


@app.command()
def replay(
    reason: Annotated[
        str, typer.Option(help="the rejects to send again, by why they were refused")
    ],
    feed: FeedName = None,
    since: Annotated[
        str | None, typer.Option(help="how far back: 90m, 24h, 7d; all that are kept if not given")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="say what would be sent, and send nothing")
    ] = False,
) -> None:
    """Resend rejected events after a fix: those that would now be accepted, each once.

    Settings and units file must be those that the workers now use. Archived events are not sent. An
    event that a worker refuses again becomes a new reject.
    """
    from ioc.rejects.replay import replay as send_again

    settings = load_settings()
    choice = Choice(
        _feeds(settings, feed), reason_named(reason), 0 if since is None else seconds_of(since)
    )
    send_again(settings, choice, Console(), dry_run=dry_run)


def _feeds(settings: Settings, name: str | None) -> tuple[Feed, ...]:
    return feeds_named(settings.feeds) if name is None else (feed_named(name),)
