"""Converts cells into the JSON values that a contract's field accepts."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeAlias

from producers.replay.records import Cell, Unreadable, heading

Json: TypeAlias = str | int | float | bool
Convert: TypeAlias = Callable[[Cell], Json]

SHOWN_CHARS = 80
YES = frozenset({"true", "1", "x", "có", "co", "đúng", "yes", "y", "✓"})
NO = frozenset({"false", "0", "không", "khong", "sai", "no", "n"})


class CellError(Exception):
    """A cell that can't become the field's value; says why, without the cell's content."""


class UnmappedError(CellError):
    """A value missing from a list. It is shown, shortened, so that the list can be corrected."""

    def __init__(self, cell: Cell, lacking: str) -> None:
        shown = text(cell)
        short = shown if len(shown) <= SHOWN_CHARS else f"{shown[:SHOWN_CHARS]}…"
        super().__init__(f"{short!r} {lacking}")


def known(cells: Mapping[str, Cell], column: str) -> Cell:
    """The cell of a column; None if it is empty. Raises CellError if it can't be read.

    Every column that decides about an event is read by this function, so that an unreadable cell
    never passes for a value, nor for an empty cell.
    """
    cell = cells[heading(column)]
    if isinstance(cell, Unreadable):
        raise CellError(cell.reason)
    return cell


def text(cell: Cell) -> str:
    """A cell as text, the same for the same value in any format: 12 and 12.0 are ``12``."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return unicodedata.normalize("NFC", str(cell)).strip()


def folded(cell: Cell) -> str:
    """Text normalized for comparison: single spaces, any case."""
    return " ".join(text(cell).split()).casefold()


def ascii_of(value: str) -> str:
    """Letters without their marks: ``Đà Bắc`` is ``Da Bac``."""
    spread = unicodedata.normalize("NFKD", value.replace("đ", "d").replace("Đ", "D"))
    return spread.encode("ascii", "ignore").decode()


def slug(cell: Cell) -> str:
    """``Đất đai`` is ``dat-dai``."""
    return re.sub(r"[^a-z0-9]+", "-", ascii_of(text(cell)).lower()).strip("-")[:64]


def token(cell: Cell) -> str:
    """A number or mark of a record, in the characters that tokens allow: ``12/QĐ`` is ``12.QD``."""
    plain = ascii_of(text(cell)).replace("/", ".").replace(" ", "_")
    return re.sub(r"[^A-Za-z0-9_.:-]", "-", plain)


def boolean(cell: Cell) -> bool:
    """Có/không, true/false, 1/0, x. Raises CellError."""
    said = folded(cell)
    if said in YES:
        return True
    if said in NO:
        return False
    raise UnmappedError(cell, "is neither yes nor no: add it to values")


def one_of(allowed: Sequence[str]) -> Convert:
    """Accepts one of the contract's own words, in any case."""
    by_word = {word.casefold(): word for word in allowed}
    known = ", ".join(allowed)

    def choose(cell: Cell) -> str:
        word = by_word.get(folded(cell))
        if word is None:
            raise UnmappedError(cell, f"is none of {known}: add it to values")
        return word

    return choose


def mapped(values: Mapping[str, Json], otherwise: Convert | None) -> Convert:
    """Translates a cell by a table of values; other cells are passed to ``otherwise``."""
    by_word = {folded(word): value for word, value in values.items()}

    def look_up(cell: Cell) -> Json:
        value = by_word.get(folded(cell))
        if value is not None:
            return value
        if otherwise is None:
            raise UnmappedError(cell, "is not in values: add it there")
        return otherwise(cell)

    return look_up
