"""Opens a file of records by its ending."""

from pathlib import Path

from producers.replay.csv_file import CsvFile
from producers.replay.errors import RecordFileError
from producers.replay.mapping import FileRule
from producers.replay.parquet_file import ParquetFile
from producers.replay.records import RecordFile
from producers.replay.xlsx_file import XlsxFile


def open_records(path: Path, rule: FileRule) -> RecordFile:
    """Open a .csv, .txt, .tsv, .xlsx or .parquet file. Raises RecordFileError."""
    if not path.is_file():
        what = "is a folder, not a file of records" if path.is_dir() else "there is no such file"
        raise RecordFileError(f"{path}: {what}")
    ending = path.suffix.lower()
    if ending in (".csv", ".txt", ".tsv"):
        return CsvFile(path, rule.encoding, rule.delimiter, rule.header_row)
    if ending in (".xlsx", ".xlsm"):
        return XlsxFile(path, rule.sheet, rule.header_row)
    if ending == ".parquet":
        return ParquetFile(path)
    raise RecordFileError(
        f"{path}: only .csv, .xlsx and .parquet files are read; save it as one of these"
    )
