"""Files that are damaged, or not what their name says: refused in one sentence."""

import zipfile
from pathlib import Path

import pytest

from producers.replay.errors import RecordFileError
from producers.replay.files import open_records
from producers.replay.mapping import FileRule
from tests.producers.replay.test_foreign import ROW, xlsx_file


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"<html xmlns:x='urn:schemas'><table>", "is a page of HTML or XML"),
        ("a.xls", b"\n<!DOCTYPE html>", "is a page of HTML or XML"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "is a workbook of old or with a password"),
        ("a.csv", b"PK\x03\x04", "is a workbook or Parquet, not text"),
        ("a.csv", "Số;Phí\n1;2\n".encode("utf-16-le"), "is not written in utf-8-sig"),
        ("a.csv", b"a\0;b\0\n", "is not written in utf-8-sig"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_one_sentence(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RecordFileError, match=sentence) as raised:
        open_records(path, FileRule())
    assert "\n" not in str(raised.value)


USUAL = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = b"http://purl.oclc.org/ooxml/officeDocument/relationships"


@pytest.mark.parametrize(
    ("part", "old", "new", "sentence"),
    [
        ("xl/worksheets/sheet1.xml", b"</sheetData>", b"", "is damaged after row 3 .ParseError."),
        ("xl/styles.xml", b'<patternFill patternType="gray125" />', b"", "cannot be read as an"),
        ("xl/workbook.xml", USUAL, STRICT, "holds no sheet that can be read"),
    ],
)
def test_a_workbook_that_openpyxl_stumbles_over_is_one_sentence(
    tmp_path: Path, part: str, old: bytes, new: bytes, sentence: str
) -> None:
    path = xlsx_file(tmp_path / "a.xlsx", ROW, ROW)
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    with pytest.raises(RecordFileError, match=sentence):
        list(open_records(path, FileRule()))
