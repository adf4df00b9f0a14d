"""The problems that checks find."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A problem: its place, and one sentence about it."""

    dashboard: str
    """The uid of the dashboard, or ``alerts``."""
    place: str
    """Panel, variable, annotation or rule; empty for the dashboard itself."""
    sentence: str
