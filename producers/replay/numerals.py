"""Numbers as people write them."""

import re
import unicodedata
from decimal import Decimal

from producers.replay.cells import CellError
from producers.replay.records import Cell

MONEY = re.compile(r"\s*(đồng|vnđ|vnd|đ|₫)\.?$", re.IGNORECASE)
LARGEST = 10**15
MARK = r"[.,'\u0020\u00a0\u202f]"
GROUPED = re.compile(rf"[-+]?[1-9]\d{{0,2}}({MARK})\d{{3}}(?:\1\d{{3}})*")
MANY_GROUPS = re.compile(rf"[-+]?[1-9]\d{{0,2}}({MARK})\d{{3}}(?:\1\d{{3}})+")


def integer(cell: Cell) -> int:
    """A whole number, with or without marks of thousands (1.250.000) and đồng. Raises CellError."""
    if isinstance(cell, str):
        plain = _bare(cell)
        cell = int(_digits(plain)) if GROUPED.fullmatch(plain) else _decimal(plain)
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        raise CellError("is not a number")
    if not abs(float(cell)) <= LARGEST:
        raise CellError("is not a number of that size")
    if cell != int(cell):
        raise CellError("is not a whole number")
    return int(cell)


def number(cell: Cell) -> float:
    """A number; of text, a single point or comma is the decimal mark. Raises CellError."""
    if isinstance(cell, str):
        cell = _decimal(_bare(cell))
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return float(cell)
    raise CellError("is not a number")


def _bare(written: str) -> str:
    return MONEY.sub("", unicodedata.normalize("NFC", written).strip())


def _decimal(written: str) -> Decimal:
    """Of two kinds of marks the last is the decimal mark; a repeated one separates thousands."""
    if MANY_GROUPS.fullmatch(written):
        return Decimal(_digits(written))
    mark = max(".,", key=written.rfind)
    whole, _, rest = written.rpartition(mark) if mark in written else (written, "", "")
    grouped = GROUPED.fullmatch(whole)
    is_whole = re.fullmatch(r"[-+]?\d+", whole) or (grouped and grouped[1] != mark)
    if not is_whole or not re.fullmatch(r"\d*", rest):
        raise CellError("is not a number")
    return Decimal(f"{_digits(whole)}.{rest}")


def _digits(written: str) -> str:
    return re.sub(r"[^\d+-]", "", written)
