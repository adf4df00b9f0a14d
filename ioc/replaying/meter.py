"""Progress: bars on a terminal, a line every few seconds elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

PLAIN_EVERY_S = 3.0

Reach = Callable[[int], None]
"""Reports how many steps of the stage are done."""


class Meter:
    """Shows the stages of a run, one after the other."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def say(self, text: str) -> None:
        """A line that stays."""
        self.console.print(
            text, style="dim", markup=False, emoji=False, highlight=False, soft_wrap=True
        )

    @contextmanager
    def stage(self, title: str, total: int | None) -> Iterator[Reach]:
        """A stage of ``total`` steps, None if that is unknown."""
        if self.console.is_terminal:
            with self._bar(title, total) as reach:
                yield reach
        else:
            yield self._lines(title, total)

    @contextmanager
    def _bar(self, title: str, total: int | None) -> Iterator[Reach]:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task(title, total=total)
            yield lambda done: progress.update(task, completed=done)

    def _lines(self, title: str, total: int | None) -> Reach:
        said_at = time.monotonic()

        def reach(done: int) -> None:
            nonlocal said_at
            if time.monotonic() - said_at >= PLAIN_EVERY_S:
                said_at = time.monotonic()
                self.say(f"{title}: {done:,}" + (f" of {total:,}" if total else ""))

        return reach
