"""CSV files."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from producers.replay.errors import RecordFileError
from producers.replay.records import Record, table_rows

DELIMITERS = ",;\t|"
CHUNK = 1 << 20
LONGEST_CELL = 1_000_000


class CsvFile:
    """A CSV with a header line. Where no delimiter is given, the header shows which it is.

    Row numbers are lines of the file. Raises RecordFileError.
    """

    def __init__(self, path: Path, encoding: str, delimiter: str | None, header_row: int) -> None:
        self._path = path
        self._encoding = encoding
        self._header_row = header_row
        csv.field_size_limit(LONGEST_CELL)
        self._delimiter = delimiter or self._sniffed()
        _, self.columns = next(self._rows(), (0, ()))
        if not any(self.columns):
            raise RecordFileError(f"{path}: line {header_row} holds no column names")
        self.total = self._lines()

    columns: Sequence[str]

    def __iter__(self) -> Iterator[Record]:
        return table_rows(self.columns, islice(self._rows(), 1, None))

    def _sniffed(self) -> str:
        """The delimiter that cuts the header into the most columns."""
        try:
            with self._path.open(encoding=self._encoding, newline="") as file:
                head = next(islice(file, self._header_row - 1, None), "")
        except (OSError, UnicodeError, LookupError) as error:
            raise self._unreadable(error) from None
        return max(DELIMITERS, key=lambda mark: len(next(csv.reader([head], delimiter=mark), ())))

    def _rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Line number and cells of the header and all below it."""
        line = self._header_row - 1
        try:
            with self._path.open(encoding=self._encoding, newline="") as file:
                above = sum(1 for _ in islice(file, line))
                reader = csv.reader(file, delimiter=self._delimiter, strict=True)
                for cells in reader:
                    yield line + 1, [cell.strip() for cell in cells]
                    line = above + reader.line_num
        except (OSError, UnicodeError, LookupError, csv.Error) as error:
            raise self._unreadable(error, line + 1) from None

    def _lines(self) -> int:
        with self._path.open("rb") as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(CHUNK), b"")) + 1

    def _unreadable(self, error: Exception, line: int = 1) -> RecordFileError:
        if isinstance(error, UnicodeError | LookupError):
            reason = (
                f"is not written in {self._encoding}, as seen after line {line}: set "
                'encoding = "..." in [file] of the mapping, such as "utf-16" or "cp1258"'
            )
        elif isinstance(error, csv.Error):
            reason = f"line {line} is no CSV ({error}): look for a quote that isn't closed"
        else:
            reason = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        return RecordFileError(f"{self._path}: {reason}")
