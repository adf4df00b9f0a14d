"""Opens a file of records according to its extension."""

import re
from pathlib import Path

from producers.replay.csv_file import CsvFile
from producers.replay.errors import RecordFileError
from producers.replay.mapping import FileRule
from producers.replay.parquet_file import ParquetFile
from producers.replay.records import RecordFile
from producers.replay.xlsx_file import XlsxFile

TEXT = (".csv", ".txt", ".tsv")
HEAD = 512
PAGE = re.compile(rb"\s*<(!doctype|html|\?xml|table|head|body|meta)\b", re.IGNORECASE)
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def open_records(path: Path, rule: FileRule) -> RecordFile:
    """Open a .csv, .txt, .tsv, .xlsx or .parquet file. Raises RecordFileError."""
    if not path.is_file():
        what = "is a folder, not a file of records" if path.is_dir() else "there is no such file"
        raise RecordFileError(f"{path}: {what}")
    ending = path.suffix.lower()
    _require_true(path, ending)
    if ending in TEXT:
        return CsvFile(path, rule)
    if ending in (".xlsx", ".xlsm"):
        return XlsxFile(path, rule)
    if ending == ".parquet":
        return ParquetFile(path, rule)
    raise RecordFileError(
        f"{path}: only .csv, .xlsx and .parquet files are read; save it as one of these"
    )


def _require_true(path: Path, ending: str) -> None:
    """Raise RecordFileError if the file's content contradicts its extension."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD).removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise RecordFileError(f"{path}: cannot be read: {error.strerror or error}") from None
    if PAGE.match(head):
        what = "is a page of HTML or XML, as portals export it: open it in Excel and save it"
    elif head.startswith(OLD_EXCEL):
        what = "is a workbook of old or with a password: open it in Excel and save it without one,"
    elif ending in TEXT and head.startswith((b"PK\x03\x04", b"PAR1")):
        what = "is a workbook or Parquet, not text: give it the ending .parquet, or save it"
    else:
        return
    raise RecordFileError(f"{path}: {what} as .xlsx")
