"""The cells of a workbook's sheet, as openpyxl's own parser finds them.

This is the one module that touches what openpyxl keeps to itself: its reader says nothing of a
formula without a result, nor of cells that are merged.
"""

import re
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError
from zipfile import BadZipFile

from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from producers.replay.records import Cell, Unreadable

DAMAGED = (
    OSError,
    BadZipFile,
    EOFError,
    zlib.error,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
)
"""What openpyxl raises at workbooks that are damaged, or written by other programs."""

UNCALCULATED = Unreadable(
    "is a formula whose result the file does not hold: open it in Excel and save it there"
)
MERGED = Unreadable("is merged with a cell above or beside it: unmerge these cells and fill each")

CHUNK = 1 << 20
LONGEST_TAG = 200
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]+\d+:[A-Z]+\d+)["']""")


class _Parser(WorkSheetParser):
    def parse_cell(self, element: Element) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.get("t", "n") == "n":
            # An empty text is a result too, and counts as one.
            if element.find(FORMULA_TAG) is not None:
                cell["value"] = UNCALCULATED
        elif cell["data_type"] == "e":
            cell["value"] = Unreadable(f"is an error of the spreadsheet ({cell['value']})")
        return cell


class _Range(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int


class _Hidden:
    """Cells that are merged with another one, which shows for all. To be asked row by row."""

    def __init__(self, by_top: Sequence[_Range]) -> None:
        self._ahead = deque(by_top)
        self._here: list[_Range] = []

    def columns(self, row: int) -> Iterator[int]:
        """Columns of the row whose cells are hidden."""
        while self._ahead and self._ahead[0].top <= row:
            self._here.append(self._ahead.popleft())
        self._here = [merged for merged in self._here if row <= merged.bottom]
        for merged in self._here:
            yield from range(merged.left + (row == merged.top), merged.right + 1)


class Sheet:
    """A sheet of a workbook that was opened with ``read_only`` and ``data_only``."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._book = sheet.parent
        self._merged = sorted(self._merged_ranges(), key=attrgetter("top"))

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Number and cells of each row, from the first column on. Raises one of DAMAGED."""
        with self._sheet._get_source() as source:
            parser = _Parser(
                source,
                self._sheet._shared_strings,
                data_only=True,
                epoch=self._book.epoch,
                date_formats=self._book._date_formats,
                timedelta_formats=self._book._timedelta_formats,
            )
            hidden = _Hidden(self._merged)
            for number, parsed in parser.parse():
                cells = {cell["column"]: cell["value"] for cell in parsed}
                cells |= dict.fromkeys(hidden.columns(number), MERGED)
                yield number, [cells.get(n) for n in range(1, max(cells, default=0) + 1)]

    def _merged_ranges(self) -> Iterator[_Range]:
        """All merged cells, which come after all rows in the file."""
        tail = b""
        with self._sheet._get_source() as source:
            while chunk := source.read(CHUNK):
                end = 0
                for match in _MERGE.finditer(tail + chunk):
                    end = match.end()
                    yield _Range(*range_boundaries(match[1].decode()))
                tail = (tail + chunk)[end:][-LONGEST_TAG:]
