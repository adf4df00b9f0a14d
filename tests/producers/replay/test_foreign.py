"""Cells of other systems' exports: each kind is read, or named by row and column."""

import csv
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from producers.replay.convert import Skip
from producers.replay.event import ReplayEvent
from producers.replay.files import open_records
from producers.replay.mapping import FileRule
from producers.replay.records import Cell
from tests.producers.replay.conftest import MakeConverter

MAPPING = """
source = "mot-cua"
dates = ["%d/%m/%Y %H:%M", "%d/%m/%Y", "%d/%m/%Y %I:%M:%S %p"]
id = ["Số"]
[fields]
dossier_id = { column = "Số" }
district = { column = "Huyện", default = "148" }
level = { constant = "district" }
sector = { column = "Lĩnh vực" }
procedure = { constant = "x" }
agency = { constant = "ubnd" }
received_at = { column = "Nhận" }
due_at = { column = "Hẹn", time = "17:00" }
[[event]]
kind = "received"
occurred_at = { column = "Nhận" }
[event.fields]
channel = { constant = 1 }
fee_vnd = { column = "Phí", default = 0 }
[[event]]
kind = "resolved"
occurred_at = { column = "Trả" }
when = { column = "Trạng thái", values = ["Đã trả"] }
[event.fields]
digitised = { constant = true }
"""
COLUMNS = ("Số", "Huyện", "Lĩnh vực", "Nhận", "Hẹn", "Phí", "Trả", "Trạng thái")
RECEIVED = datetime(2023, 10, 2, 8, 5)  # noqa: DTZ001 - a wall time, as files have it
DONE = datetime(2023, 10, 16, 15, 30)  # noqa: DTZ001
DUE = datetime(2023, 10, 16)  # noqa: DTZ001
ROW: tuple[object, ...] = ("1", "Đà Bắc", "Đất đai", RECEIVED, DUE, 50_000, DONE, "Đã trả")
TEXT = ("1", "Đà Bắc", "Đất đai", "02/10/2023 08:05", "16/10/2023", "50.000", "16/10/2023 15:30")


def with_cells(**by_column: object) -> list[object]:
    return [by_column.get(name, cell) for name, cell in zip(COLUMNS, ROW, strict=True)]


def csv_file(path: Path, *rows: Sequence[object], columns: Sequence[str] = COLUMNS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([columns, *rows])
    return path


def xlsx_file(path: Path, *rows: Sequence[object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (COLUMNS, *rows):
        sheet.append(list(row))
    book.save(path)
    return path


def converted(
    converter: MakeConverter, path: Path, rule: FileRule | None = None
) -> tuple[list[ReplayEvent], list[Skip]]:
    """The events of a file, and its skips."""
    made = converter(MAPPING)
    results = [
        result
        for record in open_records(path, rule or FileRule())
        for result in made.convert(record)
    ]
    events = [result for result in results if isinstance(result, ReplayEvent)]
    return events, [result for result in results if isinstance(result, Skip)]


def values(events: Sequence[ReplayEvent]) -> list[bytes]:
    return [event.value for event in events]


def test_a_date_is_due_at_the_time_of_the_mapping_in_every_format(
    converter: MakeConverter, tmp_path: Path
) -> None:
    """Excel, pandas and databases know no date without a time and write midnight."""
    columns: dict[str, object] = dict(zip(COLUMNS, [[cell] for cell in ROW], strict=True))
    files = [csv_file(tmp_path / "a.csv", [*TEXT, "Đã trả"]), xlsx_file(tmp_path / "a.xlsx", ROW)]
    for number, due in enumerate(["2023-10-16 00:00:00", "16/10/2023 00:00", "2023-10-16"]):
        row = [*TEXT[:4], due, *TEXT[5:], "Đã trả"]
        files.append(csv_file(tmp_path / f"{number}.csv", row))
    zoned = datetime(2023, 10, 15, 17, tzinfo=UTC)  # midnight in Hanoi
    for number, due in enumerate(
        [
            pa.array([DUE], pa.timestamp("ns")),
            pa.array([zoned], pa.timestamp("us", "UTC")),
            pa.array([date(2023, 10, 16)]),
        ]
    ):
        pq.write_table(pa.table(columns | {"Hẹn": due}), tmp_path / f"{number}.parquet")
        files.append(tmp_path / f"{number}.parquet")
    first, *others = [converted(converter, path) for path in files]
    assert [b'"due_at":"2023-10-16T10:00:00.000Z"' in value for value in values(first[0])] == [
        True, True,
    ]  # fmt: skip
    for events, skips in others:
        assert values(events) == values(first[0])
        assert skips == []


def test_a_formula_without_a_result_is_no_value_and_does_not_pass_for_nothing(
    converter: MakeConverter, tmp_path: Path
) -> None:
    path = xlsx_file(
        tmp_path / "a.xlsx",
        with_cells(Phí="=2*25000"),
        with_cells(Số="2", Trả="=D3+14"),
        with_cells(Số="3", **{"Trạng thái": '=IF(1,"Đã trả","")'}),
        with_cells(Số="4", Huyện="=B2"),
        with_cells(Số="=A5"),
    )
    events, skips = converted(converter, path)
    reason = "is a formula whose result the file does not hold: open it in Excel and save it there"
    assert skips == [
        (2, "received", "Phí", reason),
        (3, "resolved", "Trả", reason),
        (4, "resolved", "Trạng thái", reason),
        (5, "", "Huyện", reason),
        (6, "", "Số", f"{reason}, but names the record"),
    ]
    assert [event.kind for event in events] == ["resolved", "received", "received"]


def test_a_formula_whose_result_is_an_empty_text_holds_nothing(
    converter: MakeConverter, tmp_path: Path
) -> None:
    """Excel stores it with the type of a text."""
    path = rewritten(
        xlsx_file(tmp_path / "a.xlsx", with_cells(Trả="=D2")),
        b'<c r="G2"><f>D2</f><v/></c>',
        b'<c r="G2" t="str"><f>IF(1,"",1)</f><v></v></c>',
    )
    events, skips = converted(converter, path)
    assert ([event.kind for event in events], skips) == (["received"], [])


def rewritten(path: Path, old: bytes, new: bytes) -> Path:
    """The workbook with other bytes in its sheet, as another program would have written them."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"<v />", b"<v/>")
    assert old in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(old, new)
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?"])
def test_an_error_of_a_spreadsheet_never_becomes_a_value(
    converter: MakeConverter, tmp_path: Path, error: str
) -> None:
    text = dict(zip(COLUMNS, (*TEXT, "Đã trả"), strict=True))
    rows = [{"Lĩnh vực": error}, {"Số": error}, {"Phí": error}, {"Trả": error}]
    files = [
        csv_file(tmp_path / "a.csv", *[list((text | row).values()) for row in rows]),
        xlsx_file(tmp_path / "a.xlsx", *[with_cells(**row) for row in rows]),
    ]
    for path in files:
        _, skips = converted(converter, path)
        reason = f"is an error of the spreadsheet ({error})"
        assert skips == [
            (2, "", "Lĩnh vực", reason),
            (3, "", "Số", f"{reason}, but names the record"),
            (4, "received", "Phí", reason),
            (5, "resolved", "Trả", reason),
        ]


def test_what_databases_write_for_nothing_names_no_record_and_is_no_word(
    converter: MakeConverter, tmp_path: Path
) -> None:
    """Two records named NULL would be one; a sector of that name is unknown."""
    text = dict(zip(COLUMNS, (*TEXT, "Đã trả"), strict=True))
    rows = [{"Số": "NULL"}, {"Số": r"\N"}, {"Lĩnh vực": "NULL"}, {"Trả": "NULL", "Phí": "nan"}]
    path = csv_file(tmp_path / "a.csv", *[list((text | row).values()) for row in rows])
    events, skips = converted(converter, path)
    assert skips == [
        (2, "", "Số", "is empty, but names the record"),
        (3, "", "Số", "is empty, but names the record"),
        (4, "received", "Lĩnh vực", "is empty, and has no default"),
        (4, "resolved", "Lĩnh vực", "is empty, and has no default"),
    ]
    (received,) = events
    assert b'"fee_vnd":0' in received.value  # of the mapping's own default


def test_words_of_its_own_for_nothing_are_told_by_the_mapping(
    converter: MakeConverter, tmp_path: Path
) -> None:
    path = csv_file(tmp_path / "a.csv", [*TEXT[:6], "chưa có", "Đã trả"])
    events, skips = converted(converter, path, FileRule(empty=["chưa có"]))
    assert ([event.kind for event in events], skips) == (["received"], [])


def test_a_condition_may_ask_for_an_empty_cell(converter: MakeConverter, tmp_path: Path) -> None:
    made = converter(MAPPING.replace('["Đã trả"]', '[""]'))
    path = csv_file(tmp_path / "a.csv", [*TEXT, "NULL"], [*TEXT, "Đã trả"])
    kinds = [
        [result.kind for result in made.convert(record)]
        for record in open_records(path, FileRule())
    ]
    assert kinds == [["received", "resolved"], ["received"]]


def test_a_row_whose_condition_does_not_hold_is_told_apart(
    converter: MakeConverter, tmp_path: Path
) -> None:
    path = csv_file(tmp_path / "a.csv", [*TEXT[:3], "", *TEXT[4:], "Đang xử lý"])
    assert converted(converter, path)[1] == [
        (2, "", "row", "tells of no event: no condition holds")
    ]


def test_hidden_cells_of_merged_ones_take_no_default(
    converter: MakeConverter, tmp_path: Path
) -> None:
    """Whoever reads the sheet sees the district of the first row for all of them."""
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (COLUMNS, *(with_cells(Số=str(number)) for number in range(4))):
        sheet.append(list(row))
    sheet.merge_cells("B3:B4")
    book.save(path)
    events, skips = converted(converter, path)
    assert [skip[:3] for skip in skips] == [(4, "", "Huyện")]
    assert "is merged with a cell above or beside it" in skips[0][3]
    assert len(events) == 6


def test_what_is_not_seen_changes_neither_names_nor_values(
    converter: MakeConverter, tmp_path: Path
) -> None:
    columns = [f"\ufeff{name}\u200b" for name in COLUMNS]
    row = [f"\u200b{cell}\u00ad" for cell in (*TEXT, "Đã trả")]
    seen = converted(converter, csv_file(tmp_path / "a.csv", [*TEXT, "Đã trả"]))
    unseen = converted(converter, csv_file(tmp_path / "b.csv", row, columns=columns))
    assert unseen == seen


def test_lost_characters_and_truths_are_no_values(converter: MakeConverter, tmp_path: Path) -> None:
    path = xlsx_file(
        tmp_path / "a.xlsx", with_cells(**{"Lĩnh vực": "\ufffd\ufffdt đai"}), with_cells(Phí=True)
    )
    _, skips = converted(converter, path)
    assert [skip[:3] for skip in skips] == [(2, "", "Lĩnh vực"), (3, "received", "Phí")]


def test_the_rest_of_a_parquet_with_impossible_times_is_read(
    converter: MakeConverter, tmp_path: Path
) -> None:
    columns: dict[str, object] = dict(zip(COLUMNS, [[cell] * 2 for cell in ROW], strict=True))
    at = pa.array([2**62, 1_696_204_800_000_000], pa.int64()).cast(pa.timestamp("us"))
    pq.write_table(pa.table(columns | {"Nhận": at, "Số": ["1", "2"]}), tmp_path / "a.parquet")
    events, skips = converted(converter, tmp_path / "a.parquet")
    assert skips == [(1, "", "Nhận", "is a date beyond all years")]
    assert len(events) == 2


def test_times_in_vietnamese_words_and_a_header_with_line_breaks_are_read(
    converter: MakeConverter, tmp_path: Path
) -> None:
    row = [*TEXT[:3], "02/10/2023 8:05:00 SA", *TEXT[4:6], "16/10/2023 3:30:00 CH", "Đã trả"]
    columns = ["Số", "Huyện", "Lĩnh\nvực", *COLUMNS[3:]]
    usual = converted(converter, csv_file(tmp_path / "a.csv", [*TEXT, "Đã trả"]))
    assert converted(converter, csv_file(tmp_path / "b.csv", row, columns=columns)) == usual
    excel = tmp_path / "c.csv"
    excel.write_text("sep=;\n" + (tmp_path / "a.csv").read_text("utf-8"), "utf-8")
    assert [event.value for event in converted(converter, excel)[0]] == values(usual[0])


def test_a_line_break_in_the_first_name_hides_no_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('"Số\nhiệu";Huyện;Phí\n1;148;5\n', "utf-8")
    assert open_records(path, FileRule()).columns == ["Số hiệu", "Huyện", "Phí"]


def test_a_cell_of_excel_is_the_cell_of_a_csv(converter: MakeConverter, tmp_path: Path) -> None:
    odd: list[Cell] = [" 1 ", "148", "Đất đai", RECEIVED, DUE, 50_000.0, DONE, "ĐÃ TRẢ"]
    usual = converted(converter, csv_file(tmp_path / "a.csv", [1, 148, *TEXT[2:], "Đã trả"]))
    assert converted(converter, xlsx_file(tmp_path / "a.xlsx", odd)) == usual
