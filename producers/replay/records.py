"""Records as a file holds them, whatever its format."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeAlias

Cell: TypeAlias = (
    str | int | float | bool | Decimal | datetime | date | time | timedelta | bytes | None
)
"""A cell's value; CSV knows text only."""


class Record(NamedTuple):
    """A row: its number as the user sees it in the file, and its cells by ``heading``.

    ``fault`` says why the row can't be trusted; it is empty where nothing is wrong.
    """

    row: int
    cells: Mapping[str, Cell]
    fault: str = ""


class RecordFile(Protocol):
    """A file of records, read a row at a time."""

    @property
    def columns(self) -> Sequence[str]:
        """The columns' names as the file spells them."""

    @property
    def total(self) -> int | None:
        """The greatest row number to expect; None where that isn't known cheaply."""

    def __iter__(self) -> Iterator[Record]:
        """Give the rows that hold anything. Raises RecordFileError."""


@lru_cache(maxsize=4_096)
def heading(name: str) -> str:
    """A column's name as it is looked up: composed Unicode, single spaces, any case."""
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


def table_rows(
    columns: Sequence[str], rows: Iterator[tuple[int, Sequence[Cell]]]
) -> Iterator[Record]:
    """The records below a header line. Rows of empty cells are left out; short ones are filled."""
    names = [heading(name) for name in columns]
    for number, cells in rows:
        if all(cell is None or cell == "" for cell in cells):
            continue
        beyond = any(cell not in (None, "") for cell in cells[len(names) :])
        filled = (*cells, *[None] * (len(names) - len(cells)))
        held = {name: cell for name, cell in zip(names, filled, strict=False) if name}
        yield Record(number, held, "more cells than the header has" if beyond else "")
