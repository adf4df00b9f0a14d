"""Compares what a feed's measures keep with what its recount counts, by names alone."""

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from contracts.feed import Feed

FOLDER = Path(str(files("sinks"))) / "audit" / "recount"


def missing_parts(feeds: Sequence[Feed], folder: Path = FOLDER) -> list[str]:
    """A line for each part that a feed's recount leaves out, or for a recount that is missing.

    The audit would find that too, but only once events flow.
    """
    return [line for feed in feeds for line in _missing(feed, folder / f"{feed.name}.sql")]


def _missing(feed: Feed, path: Path) -> list[str]:
    where = f"sinks/audit/recount/{path.name}"
    if not path.is_file():
        return [f"{feed.name}: {where} is missing: write its recount"]
    counted = set(re.findall(r"'(\w+)'", path.read_text(encoding="utf-8")))
    parts = dict.fromkeys(measure.part for measure in feed.measures)
    return [
        f"{feed.name}: {where} does not count the part {part}"
        for part in parts
        if part not in counted
    ]
