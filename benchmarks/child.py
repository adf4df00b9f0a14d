"""Runs a measurement in a process of its own and reads the figures that it prints."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.case import CPU, IN_WINDOWS, PEAK, RATE, Figures, MeasureError

ROOT = Path(__file__).parents[1]
SAID = 200


def figures_of(
    command: Sequence[str], environment: Mapping[str, str], patience_s: float
) -> dict[str, Any]:
    """The last JSON object that the command prints. Raises MeasureError."""
    try:
        ended = subprocess.run(  # noqa: S603 - our own scripts
            command,
            cwd=ROOT,
            env=dict(environment) | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=patience_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise MeasureError(f"not done after {patience_s:.0f} s") from None
    lines = [line for line in ended.stdout.splitlines() if line.startswith("{")]
    if not lines:
        said = ended.stderr.strip().splitlines() or ["it said nothing"]
        raise MeasureError(said[-1][:SAID])
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def metered(command: Sequence[str], environment: Mapping[str, str], patience_s: float) -> Figures:
    """The figures of a process that uses a ``Meter``. Raises MeasureError."""
    found = figures_of(command, environment, patience_s)
    figures = {
        RATE: found["events"] / found["seconds"],
        CPU: found["cpu_s"] / found["events"] * 1e6,
        PEAK: found["peak_mb"],
    }
    return figures | ({IN_WINDOWS: found["in_windows"]} if found["in_windows"] else {})
