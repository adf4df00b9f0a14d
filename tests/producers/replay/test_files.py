"""Readers on real files of all three formats."""

from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.worksheet import _reader

from producers.replay.errors import RecordFileError
from producers.replay.files import open_records
from producers.replay.mapping import FileRule
from producers.replay.records import heading

COLUMNS = ["Số hồ sơ", "Huyện", "Lệ phí"]
PLAIN = FileRule()


def read(path: Path, rule: FileRule = PLAIN) -> list[tuple[int, list[object]]]:
    records = open_records(path, rule)
    names = [heading(column) for column in records.columns]
    return [(record.row, [record.cells[name] for name in names]) for record in records]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_is_read_whatever_its_delimiter_with_or_without_bom(
    tmp_path: Path, mark: str, encoding: str
) -> None:
    path = tmp_path / "a.csv"
    lines = [COLUMNS, ["1", "Đà Bắc", "50"], ["2", "Kim Bôi", ""]]
    path.write_text("\r\n".join(mark.join(line) for line in lines), encoding=encoding)
    assert open_records(path, PLAIN).columns == COLUMNS
    assert read(path) == [(2, ["1", "Đà Bắc", "50"]), (3, ["2", "Kim Bôi", None])]
    assert open_records(path, PLAIN).total == 3


def test_row_numbers_are_lines_past_titles_blank_lines_and_quoted_breaks(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('BÁO CÁO, quý III\n\na,b\n1,"x\ny"\n\n,\n2,z\n3\n', encoding="utf-8")
    rows = read(path, FileRule(header_row=3))
    assert rows == [(4, ["1", "x\ny"]), (8, ["2", "z"]), (9, ["3", None])]


def test_a_row_with_more_cells_than_the_header_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;b\n1;2;3\n1;2;\n", encoding="utf-8")
    faults = [record.fault for record in open_records(path, PLAIN)]
    assert faults == ["more cells than the header has", ""]


def test_other_encodings_and_delimiters_are_told_by_the_mapping(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a,x#b\n1,5#2\n", encoding="utf-16")
    assert read(path, FileRule(encoding="utf-16", delimiter="#")) == [(2, ["1,5", "2"])]


@pytest.mark.parametrize(
    ("name", "content", "rule", "sentence"),
    [
        ("a.csv", b"a,b\n\xd0\xff,1\n", PLAIN, 'not written in utf-8-sig.*set encoding = "..."'),
        ("a.csv", b"a,b\n", FileRule(encoding="utf8x"), "not written in utf8x"),
        ("a.csv", b"", PLAIN, "line 1 holds no column names"),
        ("a.csv", b'a,b\n1,2\n"x,2\n', PLAIN, "line 3 is no CSV .*a quote that isn't closed"),
        ("a.xlsx", b"PK no zip", PLAIN, "cannot be read as an .xlsx workbook"),
        ("a.parquet", b"PAR1", PLAIN, "cannot be read as Parquet"),
        ("a.xls", b"", PLAIN, "only .csv, .xlsx and .parquet files are read"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, name: str, content: bytes, rule: FileRule, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RecordFileError, match=sentence) as raised:
        read(path, rule)
    assert "\n" not in str(raised.value)
    assert str(path) in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordFileError, match=r"none\.csv: there is no such file"):
        open_records(tmp_path / "none.csv", PLAIN)


def test_a_workbook_gives_typed_cells_of_the_chosen_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["x"])
    wanted = book.create_sheet("Hồ sơ")
    wanted.append(["SỞ TƯ PHÁP"])
    wanted.append(["Số", "Ngày", "Trực tuyến", None])
    wanted.append([12, datetime(2023, 10, 2, 8, 5), True, None])  # noqa: DTZ001 - as Excel has it
    wanted.append([None, None, None, None])
    wanted.append([" 13 ", "02/10/2023", False, None])
    path = tmp_path / "a.xlsx"
    book.save(path)
    records = open_records(path, FileRule(sheet="Hồ sơ", header_row=2))
    assert [heading(column) for column in records.columns if column] == ["số", "ngày", "trực tuyến"]
    held = [(record.row, list(record.cells.values())) for record in records]
    assert held == [
        (3, [12, datetime(2023, 10, 2, 8, 5), True]),  # noqa: DTZ001
        (5, ["13", "02/10/2023", False]),
    ]
    assert records.total == 5


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(RecordFileError, match="has no sheet 'B'; there are: Sheet"):
        open_records(tmp_path / "a.xlsx", FileRule(sheet="B"))


def test_parquet_gives_typed_cells_over_many_batches(tmp_path: Path) -> None:
    when = datetime(2023, 10, 2, 1, 5, tzinfo=UTC)
    table = pa.table(
        {
            "Số": pa.array(range(12_000)),
            "Lúc": pa.array([when] * 12_000, pa.timestamp("ns", "UTC")),
            "Ngày": pa.array([date(2023, 10, 2)] * 12_000),
        }
    )
    path = tmp_path / "a.parquet"
    pq.write_table(table, path, row_group_size=7_000)
    records = open_records(path, PLAIN)
    rows = list(records)
    assert [record.row for record in rows] == list(range(1, 12_001))
    assert rows[-1].cells == {"số": 11_999, "lúc": when, "ngày": date(2023, 10, 2)}
    assert records.total == 12_000


def test_what_openpyxl_keeps_to_itself_is_still_there(tmp_path: Path) -> None:
    """Names what a new version lacks."""
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True)
    for owner, name in [
        (book, "_date_formats"),
        (book, "_timedelta_formats"),
        (book.worksheets[0], "_get_source"),
        (book.worksheets[0], "_shared_strings"),
        (_reader, "FORMULA_TAG"),
        (_reader.WorkSheetParser, "parse_cell"),
    ]:
        assert hasattr(owner, name), name
