"""The plan: a mapping checked against a feed, ready to process rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from producers.replay.cells import Json
from producers.replay.errors import MappingError
from producers.replay.readings import Reading
from producers.replay.records import RecordFile, heading, shown
from producers.replay.times import TimeReader

LONGEST_NAME = 40
MOST_NAMES = 40
EMPTY = ""
"""The word of a condition that holds for an empty cell."""


@dataclass(frozen=True)
class Condition:
    """Holds if the column's cell is one of the words (as ``folded``, or EMPTY)."""

    column: str
    words: frozenset[str]


@dataclass(frozen=True)
class EventPlan:
    """How one kind of event is made. It uses the common readings named in ``common``."""

    kind: str
    at_column: str
    at: TimeReader
    when: Condition | None
    constants: Mapping[str, Json]
    readings: Mapping[str, Reading]
    common: tuple[str, ...]
    optional: frozenset[str]


@dataclass(frozen=True)
class Plan:
    """How a row becomes events."""

    source: str
    id_columns: tuple[str, ...]
    common: Mapping[str, Reading]
    events: tuple[EventPlan, ...]

    @property
    def columns(self) -> Iterator[str]:
        """All columns that are read, as the mapping spells them."""
        yield from self.id_columns
        yield from (reading.column for reading in self.common.values())
        for event in self.events:
            yield event.at_column
            yield from (reading.column for reading in event.readings.values())
            if event.when:
                yield event.when.column


def check_columns(path: Path, plan: Plan, records_path: Path, records: RecordFile) -> None:
    """Raise MappingError if the plan reads a column that the file lacks or has twice."""
    headings = [heading(column) for column in records.columns]
    for column in plan.columns:
        count = headings.count(heading(column))
        if count == 0:
            raise MappingError(
                f"{path}: column {column!r} is not in {records_path}, which has: "
                f"{_listed(records.columns)}"
            )
        if count > 1:
            raise MappingError(f"{records_path}: two columns are named {column!r}: rename one")


def _listed(columns: Sequence[str]) -> str:
    """The columns' names, in one line; truncated, for files that are no table."""
    names = [name for name in map(shown, columns) if name]
    short = [name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…" for name in names]
    more = f" and {len(short) - MOST_NAMES} more" if len(short) > MOST_NAMES else ""
    return ", ".join(short[:MOST_NAMES]) + more
