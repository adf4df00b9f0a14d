"""Excel workbooks (.xlsx)."""

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from producers.replay.errors import RecordFileError
from producers.replay.mapping import FileRule
from producers.replay.records import Cell, Record, shown, table_rows
from producers.replay.xlsx_sheet import DAMAGED, Sheet


class XlsxFile:
    """A sheet with a header row, by default the first sheet; formulas give their results.

    Row numbers are Excel's. Raises RecordFileError.
    """

    def __init__(self, path: Path, rule: FileRule) -> None:
        self._path = path
        self._header_row = rule.header_row
        self._empty = frozenset(rule.empty)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about parts it does not know, such as a logo
                self._book = load_workbook(path, read_only=True, data_only=True)
            chosen = self._chosen(rule.sheet)
            self.total = cast("int | None", chosen.max_row)
            self._sheet = Sheet(chosen)
        except (*DAMAGED, InvalidFileException) as error:
            raise RecordFileError(
                f"{path}: cannot be read as an .xlsx workbook "
                f"({getattr(error, 'strerror', None) or type(error).__name__}); open it in Excel "
                "and save it as .xlsx without a password"
            ) from None
        _, header = next(self._rows(), (0, ()))
        self.columns: Sequence[str] = [
            shown(str(cell)) if isinstance(cell, str | int | float) else "" for cell in header
        ]
        if not any(self.columns):
            raise RecordFileError(f"{path}: row {self._header_row} holds no column names")

    def __iter__(self) -> Iterator[Record]:
        rows = self._rows()
        next(rows, None)
        return table_rows(self.columns, rows, self._empty)

    def _chosen(self, sheet: str | None) -> Any:
        names = [worksheet.title for worksheet in self._book.worksheets]
        if not names:
            raise RecordFileError(
                f"{self._path}: holds no sheet that can be read, as where it was saved as Strict "
                'Open XML: open it in Excel and save it as "Excel Workbook (*.xlsx)"'
            )
        if sheet is None:
            return self._book.worksheets[0]
        if sheet not in names:
            raise RecordFileError(
                f"{self._path}: has no sheet {sheet!r}; there are: {', '.join(names)}"
            )
        return self._book[sheet]

    def _rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Number and cells of the header and of all rows below it."""
        reached = 0
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of dates beyond all years, which become errors
                rows = self._sheet.rows()
                for number, cells in rows:
                    reached = number
                    if number >= self._header_row:
                        yield number, cells
        except DAMAGED as error:
            raise RecordFileError(
                f"{self._path}: is damaged after row {reached} ({type(error).__name__}): open it "
                "in Excel, see whether all rows are there, and save it as .xlsx"
            ) from None
