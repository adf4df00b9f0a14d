"""Parquet files."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq

from producers.replay.errors import RecordFileError
from producers.replay.mapping import FileRule
from producers.replay.records import Cell, Record, Unreadable, table_rows

BATCH_ROWS = 5_000


class ParquetFile:
    """A Parquet file; rows are numbered from 1. Raises RecordFileError."""

    def __init__(self, path: Path, rule: FileRule) -> None:
        self._path = path
        self._empty = frozenset(rule.empty)
        try:
            self._file = pq.ParquetFile(path)
        except (OSError, pa.ArrowException) as error:
            reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
            raise RecordFileError(f"{path}: cannot be read as Parquet: {reason}") from None
        self.columns: Sequence[str] = list(self._file.schema_arrow.names)
        self.total = int(self._file.metadata.num_rows)

    def __iter__(self) -> Iterator[Record]:
        return table_rows(self.columns, self._rows(), self._empty)

    def _rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        number = 0
        try:
            for batch in self._file.iter_batches(batch_size=BATCH_ROWS):
                columns = [_cells(column) for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    number += 1
                    yield number, cells
        except (OSError, pa.ArrowException) as error:
            reason = str(error).splitlines()[0]
            raise RecordFileError(f"{self._path}: after row {number}: {reason}") from None


def _cells(column: pa.Array) -> list[Cell]:
    """Python's times have no nanoseconds; lists and structures become text."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    try:
        values = column.to_pylist()
    except (OverflowError, ValueError):  # beyond Python's years: other cells stay readable
        return [_cell(scalar) for scalar in column]
    if pa.types.is_nested(column.type):
        return [None if value is None else str(value) for value in values]
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return [None if value is None else _text(value) for value in values]
    return cast("list[Cell]", values)


def _cell(scalar: pa.Scalar) -> Cell:
    try:
        return cast("Cell", scalar.as_py())
    except (OverflowError, ValueError):
        return Unreadable("is a date beyond all years")


def _text(raw: bytes) -> Cell:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return Unreadable("holds bytes that are no text in UTF-8")
