"""Output of the findings: on the terminal, in Markdown and in JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.case import Findings, Row

RUNS = "runs"
ROOM = 140
"""The width of tables even on a narrower terminal, so that no figure is cut off."""


def shown(value: float | None) -> str:
    """A figure with a sensible number of digits; a dash if there is none."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def cells(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """Head and lines of a step's table: medians, and the number of runs."""
    medians = [row.medians() for row in rows]
    heads = list(dict.fromkeys(name for each in medians for name in each))
    lines = [
        [row.name, *(shown(each.get(head)) for head in heads), str(len(row.runs))]
        for row, each in zip(rows, medians, strict=True)
    ]
    return ["", *heads, RUNS], lines


def print_tables(findings: Findings, console: Console) -> None:
    """Print a table for each step, then the remarks."""
    console.width = max(console.width, ROOM)
    for step, rows in findings.steps():
        heads, lines = cells(rows)
        table = Table(title=step, title_justify="left", title_style="bold", box=None)
        table.add_column(heads[0], no_wrap=True)
        for head in heads[1:]:
            table.add_column(head, justify="right")
        for line in lines:
            table.add_row(*line)
        console.print(table, crop=False)
    for remark in findings.remarks:
        console.print(remark, style="yellow", markup=False)


def markdown(findings: Findings, about: Mapping[str, Any]) -> str:
    """The same in Markdown."""
    machine, libraries = about["machine"], about["versions"]
    parts = [
        f"{about['began']}, {machine['cpu']}, {machine['cores']} cores; "
        + ", ".join(f"{name} {version}" for name, version in libraries.items())
        + ". Medians."
    ]
    for step, rows in findings.steps():
        heads, lines = cells(rows)
        ruler = [":--", *("--:" for _ in heads[1:])]
        table = "\n".join(f"| {' | '.join(line)} |" for line in (heads, ruler, *lines))
        parts.append(f"## {step}\n\n{table}")
    parts += [f"- {remark}" for remark in findings.remarks]
    return "\n\n".join(parts) + "\n"


def as_json(findings: Findings, about: Mapping[str, Any]) -> str:
    """JSON of all runs, their medians, and the machine."""
    rows = [
        {"step": row.step, "name": row.name, "medians": row.medians(), "runs": row.runs}
        for row in findings.rows.values()
    ]
    return json.dumps({**about, "results": rows, "remarks": findings.remarks}, indent=2) + "\n"


def write(findings: Findings, about: Mapping[str, Any], folder: Path, name: str) -> list[Path]:
    """Write both files; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for suffix, text in (("md", markdown(findings, about)), ("json", as_json(findings, about))):
        path = folder / f"{name}.{suffix}"
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
