"""CSV files."""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from producers.replay.errors import RecordFileError
from producers.replay.mapping import FileRule
from producers.replay.records import Record, shown, table_rows

DELIMITERS = ",;\t|"
CHUNK = 1 << 20
LONGEST_CELL = 1_000_000
MOST_HEADER_LINES = 20
SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)


class CsvFile:
    """A CSV with a header line, which also reveals the delimiter if none is given.

    Row numbers are lines of the file. Raises RecordFileError.
    """

    def __init__(self, path: Path, rule: FileRule) -> None:
        self._path = path
        self._encoding = rule.encoding
        self._header_row = rule.header_row
        self._empty = frozenset(rule.empty)
        csv.field_size_limit(LONGEST_CELL)
        self._delimiter = rule.delimiter or self._named() or self._sniffed()
        _, header = next(self._rows(), (0, ()))
        self.columns = [shown(name) for name in header]
        if any("\0" in name for name in self.columns):
            raise self._unreadable(UnicodeError())
        if not any(self.columns):
            raise RecordFileError(f"{path}: line {self._header_row} holds no column names")
        self.total = self._lines()

    columns: Sequence[str]

    def __iter__(self) -> Iterator[Record]:
        return table_rows(self.columns, islice(self._rows(), 1, None), self._empty)

    def _named(self) -> str | None:
        """The delimiter named by Excel's own line ``sep=;`` above the header."""
        match = SEPARATOR.fullmatch("".join(self._head(1)[:1]).rstrip("\r\n"))
        if match is None:
            return None
        self._header_row = max(self._header_row, 2)
        return match[1]

    def _sniffed(self) -> str:
        """The delimiter that splits the header into the most columns; it may hold line breaks."""
        head = self._head(self._header_row + MOST_HEADER_LINES)[self._header_row - 1 :]
        return max(DELIMITERS, key=lambda mark: len(next(csv.reader(head, delimiter=mark), ())))

    def _head(self, lines: int) -> list[str]:
        try:
            with self._path.open(encoding=self._encoding, newline="") as file:
                return list(islice(file, lines))
        except (OSError, UnicodeError, LookupError) as error:
            raise self._unreadable(error) from None

    def _rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Line number and cells of the header and of all lines below it."""
        line = self._header_row - 1
        try:
            with self._path.open(encoding=self._encoding, newline="") as file:
                above = sum(1 for _ in islice(file, line))
                reader = csv.reader(file, delimiter=self._delimiter, strict=True)
                for cells in reader:
                    yield line + 1, cells
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
