"""Shared by several commands: options, settings, log, and orderly termination."""

import logging
import signal
from threading import Event
from types import FrameType
from typing import Annotated

import typer

from contracts.registry import feeds_named
from contracts.settings import Settings, load_settings
from ioc.process.deadline import end_within
from ioc.process.log_lines import stderr_handler

FeedNames = Annotated[
    str | None, typer.Option("--feeds", help="feeds, comma separated; all where not given")
]
Rate = Annotated[
    float | None, typer.Option(help="events/s of each feed; the province's own pace if not given")
]
Seed = Annotated[int | None, typer.Option(help="seed of the simulators; the same seed, same life")]


def settings_of(
    feeds: str | None = None,
    rate: float | None = None,
    seed: int | None = None,
    reference: str | None = None,
) -> Settings:
    """The settings, where the command line wins over the environment."""
    given = {"feeds": feeds, "rate": rate, "seed": seed, "reference": reference}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    feeds_named(settings.feeds)
    return settings


def log_to_stderr(settings: Settings) -> None:
    """Configure the log of this process as the settings say."""
    logging.basicConfig(level=settings.log_level, handlers=[stderr_handler(settings)], force=True)


def stop_event(within_s: float | None = None) -> Event:
    """An event that SIGTERM and SIGINT set; the process then ends within so many seconds."""
    stop = Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if within_s is not None and not stop.is_set():
            end_within(within_s)
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, ask)
    return stop
