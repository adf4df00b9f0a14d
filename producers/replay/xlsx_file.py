"""Excel workbooks (.xlsx)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from producers.replay.errors import RecordFileError
from producers.replay.records import Cell, Record, table_rows


class XlsxFile:
    """A sheet with a header row, the first sheet where none is named; of formulas, their results.

    Row numbers are Excel's. Raises RecordFileError.
    """

    def __init__(self, path: Path, sheet: str | None, header_row: int) -> None:
        self._path = path
        self._header_row = header_row
        try:
            self._book = load_workbook(path, read_only=True, data_only=True)
        except (OSError, InvalidFileException, BadZipFile, KeyError, ValueError) as error:
            raise RecordFileError(
                f"{path}: cannot be read as an .xlsx workbook "
                f"({getattr(error, 'strerror', None) or type(error).__name__}); open it in Excel "
                "and save it as .xlsx without a password"
            ) from None
        self._sheet: Any = self._chosen(sheet)
        self.total = cast("int | None", self._sheet.max_row)
        self._sheet.reset_dimensions()  # some programs write them wrong, and rows would be cut off
        _, header = next(self._rows(), (0, ()))
        self.columns: Sequence[str] = [str(cell or "").strip() for cell in header]
        if not any(self.columns):
            raise RecordFileError(f"{path}: row {header_row} holds no column names")

    def __iter__(self) -> Iterator[Record]:
        rows = self._rows()
        next(rows, None)
        return table_rows(self.columns, rows)

    def _chosen(self, sheet: str | None) -> Any:
        names = [worksheet.title for worksheet in self._book.worksheets]
        if sheet is None and names:
            return self._book.worksheets[0]
        if sheet not in names:
            raise RecordFileError(
                f"{self._path}: has no sheet {sheet!r}; there are: {', '.join(names) or 'none'}"
            )
        return self._book[sheet]

    def _rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        first = self._header_row
        rows = self._sheet.iter_rows(min_row=first, values_only=True)
        for number, cells in enumerate(rows, first):
            yield number, [cell.strip() if isinstance(cell, str) else cell for cell in cells]
