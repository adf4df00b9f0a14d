"""What a check finds wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, and in one sentence what."""

    dashboard: str
    """uid of the dashboard, or ``alerts``."""
    place: str
    """Panel, variable, annotation or rule; empty for the dashboard itself."""
    sentence: str
