"""Records of a file, independent of its format."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An unreadable cell; ``reason`` says why."""

    reason: str


Cell: TypeAlias = (
    str | int | float | bool | Decimal | datetime | date | time | timedelta | Unreadable | None
)
"""A cell's value; CSV has only text. None: the cell is empty."""

NOTHING = frozenset({"NULL", "null", "Null", "(null)", r"\N", "NaN", "nan", "NaT", "None", "<NA>"})
"""Words that databases and programs write for a missing value."""
ERRORS = frozenset(
    {
        "#N/A",
        "#NULL!",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#GETTING_DATA",
    }
)
"""Words that a spreadsheet shows if a formula has no result."""
LOST = Unreadable("holds a character that was lost (\ufffd): export the file again, as UTF-8")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


class Record(NamedTuple):
    """A row: its number as the user sees it in the file, and its cells by ``heading``, ``cleaned``.

    ``fault`` says why the row can't be trusted; it is empty if nothing is wrong.
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
        """The greatest row number to expect; None if it can't be found cheaply."""

    def __iter__(self) -> Iterator[Record]:
        """Yield the rows that are not empty. Raises RecordFileError."""


@lru_cache(maxsize=4_096)
def heading(name: str) -> str:
    """A column's name for look-ups: composed Unicode, single spaces, any case."""
    return shown(unicodedata.normalize("NFC", name)).casefold()


def shown(name: str) -> str:
    """A column's name in one line."""
    return " ".join(name.translate(_INVISIBLE).split())


def cleaned(cell: Cell, empty: Collection[str] = ()) -> Cell:
    """A cell without invisible characters; None if it is empty or says so.

    ``empty`` are words that mean empty, beside NOTHING. What is no value is Unreadable.
    """
    if not isinstance(cell, str):
        return None if cell != cell else cell  # numeric formats write NaN for a missing value
    plain = (cell if cell.isascii() else cell.translate(_INVISIBLE)).strip()
    if not plain or plain in NOTHING or plain in empty:
        return None
    if plain[0] == "#" and plain in ERRORS:
        return Unreadable(f"is an error of the spreadsheet ({plain})")
    return LOST if "\ufffd" in plain else plain


def table_rows(
    columns: Sequence[str],
    rows: Iterator[tuple[int, Sequence[Cell]]],
    empty: Collection[str],
) -> Iterator[Record]:
    """The records below a header line, with ``cleaned`` cells.

    Empty rows are left out; short ones are padded.
    """
    names = [heading(name) for name in columns]
    for number, held in rows:
        cells = [cleaned(cell, empty) for cell in held]
        if all(cell is None for cell in cells):
            continue
        beyond = any(cell is not None for cell in cells[len(names) :])
        filled = (*cells, *[None] * (len(names) - len(cells)))
        by_name = {name: cell for name, cell in zip(names, filled, strict=False) if name}
        yield Record(number, by_name, "more cells than the header has" if beyond else "")
