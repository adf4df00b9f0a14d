"""Reads a CSV data file into models, including the forms that Vietnamese Excel writes."""

import csv
from io import StringIO
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts.errors import DataFileError

Row = TypeVar("Row", bound=BaseModel)

BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
DELIMITERS = ",;\t"
"""Excel writes the system's list separator; its "Unicode text" has tabs."""


def read_rows(path: Path, model: type[Row]) -> list[Row]:
    """Read a CSV with a header line: UTF-8 or UTF-16, separated by comma, semicolon or tab.

    Raises:
        DataFileError: the file is missing or in another encoding, lacks a column, is empty, or a
            row breaks the model's bounds.
    """
    text = _text(path)
    header = text.partition("\n")[0]
    reader = csv.DictReader(StringIO(text), delimiter=max(DELIMITERS, key=header.count))
    try:
        records = [(reader.line_num, record) for record in reader]
    except csv.Error as error:
        raise DataFileError(f"{path}: cannot be read: {error}") from None
    if not records:
        raise DataFileError(f"{path}: holds no rows below its header line")
    needed = [name for name, field in model.model_fields.items() if field.is_required()]
    missing = [name for name in needed if name not in (reader.fieldnames or ())]
    if missing:
        raise DataFileError(
            f"{path}, line 1: lacks the column {missing[0]}; the columns are "
            f"{', '.join(model.model_fields)}"
        )
    adapter = TypeAdapter(model)
    return [_row(adapter, record, f"{path}, line {line}") for line, record in records]


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read: {error.strerror}") from None
    marked = (codec for mark, codec in BYTE_ORDER_MARKS.items() if raw.startswith(mark))
    codec = next(marked, "utf-8")
    try:
        return raw.decode(codec).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise DataFileError(
            f"{path}: cannot be read: it is no UTF-8; in Excel, save it as 'CSV UTF-8'"
        ) from None


def _row(adapter: TypeAdapter[Row], record: dict[str, str], where: str) -> Row:
    if None in record or None in record.values():
        raise DataFileError(f"{where}: has not as many columns as line 1")
    try:
        return adapter.validate_python(record)
    except ValidationError as error:
        first = error.errors()[0]
        column = ".".join(map(str, first["loc"]))
        given = f" (given: {first['input']!r})" if column in record else ""
        raise DataFileError(f"{where}, column {column}: {first['msg']}{given}") from None
