"""The output of ``ioc dashboards check``: the statements that ran, then a sentence a problem."""

import time
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dashboards.checks.problem import Problem
from dashboards.checks.proof import Proven

TARGET_MS = 200
"""A waiting time that an operator does not notice."""


def print_proven(console: Console, data: str, proven: Iterable[Proven]) -> list[Problem]:
    """Print a line for each statement that ran over ``data``; return the problems.

    A terminal shows the progress meanwhile.
    """
    table = Table("Dashboard", "Panel", "Kind", title=f"SQL over {data}", box=None)
    for name in ("Choices", "Rows", "ms"):
        table.add_column(name, justify="right")
    problems: list[Problem] = []
    statements = runs = 0
    began_s = time.monotonic()
    with console.status(f"SQL over {data} ...") as status:
        for one in proven:
            place = Text(one.place)
            if one.problems:
                place = Text.assemble(("✗ ", "red"), place)
            ms = Text(f"{one.ms:,.0f}", style="yellow" if one.ms > TARGET_MS else "")
            table.add_row(one.dashboard, place, one.kind, str(one.times), f"{one.rows:,}", ms)
            problems += one.problems
            statements, runs = statements + 1, runs + one.times
            status.update(f"SQL over {data}: {statements} statements, now of {one.dashboard}")
    console.print(table)
    took_s = time.monotonic() - began_s
    console.print(f"{statements} statements, run {runs} times over {data} in {took_s:.0f} s\n")
    return problems


def print_problems(console: Console, problems: Sequence[Problem]) -> None:
    """Print all problems, or that there are none."""
    if not problems:
        console.print("[green]nothing is wrong[/]")
        return
    table = Table("Dashboard", "Where", "What is wrong", box=None, header_style="bold")
    for problem in problems:
        table.add_row(*map(Text, (problem.dashboard, problem.place, problem.sentence)))
    console.print(table)
    console.print(f"[red]{len(problems)} problem{'s' if len(problems) > 1 else ''}[/]")
