"""Rows become events: the example counted by hand, and each rule by a case of its own."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import openpyxl
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.feed import Feed
from contracts.reference.units import Units
from contracts.registry import feed_named
from producers.replay.convert import Converter, Skip
from producers.replay.event import ReplayEvent
from producers.replay.files import open_records
from producers.replay.mapping import FileRule, load_mapping
from producers.replay.planner import make_plan
from producers.replay.records import Cell, Record, cleaned, heading
from producers.replay.times import TimeReader
from tests.producers.replay.conftest import EXAMPLES, UNTIL_MS, MakeConverter

MAPPING = """
source = "mot-cua"
dates = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
id = ["Số"]
[fields]
dossier_id = { column = "Số" }
district = { column = "Huyện" }
level = { constant = "district" }
sector = { constant = "dat-dai" }
procedure = { constant = "1.004199" }
agency = { constant = "ubnd" }
received_at = { column = "Nhận" }
[[event]]
kind = "received"
occurred_at = { column = "Nhận" }
[event.fields]
channel = { constant = 1 }
due_at = { column = "Hẹn", time = "17:00" }
fee_vnd = { column = "Phí", default = 0 }
[[event]]
kind = "resolved"
occurred_at = { column = "Trả" }
[event.fields]
due_at = { column = "Hẹn", time = "17:00" }
digitised = { column = "Số hóa", default = false }
rating = { column = "Điểm" }
"""
ROW: dict[str, Cell] = {
    "Số": "12/HS", "Huyện": "Đà Bắc", "Nhận": "02/10/2023 08:05", "Hẹn": "16/10/2023",
    "Phí": "50.000", "Trả": "11/10/2023 15:30", "Số hóa": "Có", "Điểm": "",
}  # fmt: skip


def row(cells: Mapping[str, Cell] | None = None, number: int = 2) -> Record:
    held = {**ROW, **(cells or {})}
    return Record(number, {heading(name): cleaned(cell) for name, cell in held.items()})


def fields(event: ReplayEvent | Skip) -> dict[str, Any]:
    assert isinstance(event, ReplayEvent), event
    held: dict[str, Any] = orjson.loads(event.value)
    return held


@pytest.fixture
def example(units: Units, dossier: Feed) -> Converter:
    path = EXAMPLES / "ho-so.toml"
    return Converter(make_plan(path, load_mapping(path), dossier, units), dossier, UNTIL_MS)


def test_a_row_becomes_the_events_it_tells_of(converter: MakeConverter) -> None:
    received, resolved = converter(MAPPING).convert(row())
    assert isinstance(received, ReplayEvent)
    assert fields(received) == {
        "event_id": received.event_id,
        "feed": "dossier",
        "kind": "received",
        "source": "mot-cua",
        "district": "150",
        "occurred_at": "2023-10-02T01:05:00.000Z",
        "dossier_id": "12.HS",
        "level": "district",
        "sector": "dat-dai",
        "procedure": "1.004199",
        "agency": "ubnd",
        "received_at": "2023-10-02T01:05:00.000Z",
        "channel": 1,
        "due_at": "2023-10-16T10:00:00.000Z",
        "fee_vnd": 50_000,
    }
    assert received.at_ms == round(datetime(2023, 10, 2, 1, 5, tzinfo=UTC).timestamp() * 1000)
    assert (received.district, received.kind) == ("150", "received")
    late = fields(resolved)
    assert late["digitised"] is True
    assert "rating" not in late  # optional, and the cell is empty
    assert late["occurred_at"] == "2023-10-11T08:30:00.000Z"


def test_an_empty_date_tells_of_no_event_and_an_empty_cell_takes_the_default(
    converter: MakeConverter,
) -> None:
    (received,) = converter(MAPPING).convert(row({"Trả": "", "Phí": None}))
    assert fields(received)["fee_vnd"] == 0


@pytest.mark.parametrize(
    ("cells", "skips"),
    [
        ({"Huyện": "Kỳ Sơn"}, [("", "Huyện", "'Kỳ Sơn' is no district of the units file")]),
        ({"Số": " "}, [("", "Số", "is empty, but names the record")]),
        ({"Nhận": "", "Trả": None}, [("", "row", "tells of no event")]),
        ({"Nhận": "31/09/2023"}, [("", "Nhận", "is not a date")]),
        ({"Phí": "miễn"}, [("received", "Phí", "is not a number")]),
        ({"Phí": "-5"}, [("received", "Phí", "Input should be greater than or equal to 0")]),
        ({"Phí": "9.000.000.000.000"}, [("received", "Phí", "Input should be less than or")]),
        ({"Trả": "11/10/2223"}, [("resolved", "Trả", "lies in the future")]),
        ({"Trả": "11/10/1999"}, [("resolved", "Trả", "Input should be greater than or equal")]),
        ({"Điểm": "6"}, [("resolved", "Điểm", "Input should be less than or equal to 5")]),
        ({"Số": "H" * 65}, [("received", "Số", "String should"), ("resolved", "Số", "String")]),
        ({"Số hóa": "có lẽ"}, [("resolved", "Số hóa", "'có lẽ' is neither yes nor no")]),
        (
            {"Hẹn": ""},
            [("received", "Hẹn", "is empty, and has no"), ("resolved", "Hẹn", "is empty")],
        ),
    ],
)
def test_what_is_wrong_is_told_by_row_kind_and_column(
    converter: MakeConverter, cells: dict[str, Cell], skips: list[tuple[str, str, str]]
) -> None:
    """One bad event of a row skips that event only."""
    results = list(converter(MAPPING).convert(row(cells, 7)))
    told = [result for result in results if isinstance(result, Skip)]
    assert [(skip.row, skip.kind, skip.where) for skip in told] == [
        (7, kind, where) for kind, where, _ in skips
    ]
    for skip, (_, _, reason) in zip(told, skips, strict=True):
        assert skip.reason.startswith(reason)
    is_whole_row = told[0].kind == ""
    assert len(results) - len(told) == (0 if is_whole_row else 2 - len(told))


def test_reasons_show_no_cell_but_those_that_a_list_lacks(converter: MakeConverter) -> None:
    cells: dict[str, Cell] = {"Phí": "Nguyễn Văn A", "Trả": "Nguyễn Văn A", "Điểm": "Nguyễn Văn A"}
    for result in converter(MAPPING).convert(row(cells)):
        assert "Nguyễn" not in str(result)


def test_values_are_looked_up_in_any_case_and_the_unknown_is_shown(
    converter: MakeConverter,
) -> None:
    text = MAPPING.replace(
        "channel = { constant = 1 }", 'channel = { column = "Phí", values = { "Trực tiếp" = 3 } }'
    ).replace('fee_vnd = { column = "Phí", default = 0 }', "fee_vnd = { constant = 0 }")
    known, unknown = (
        next(converter(text).convert(row({"Phí": cell})))
        for cell in (" trực  TIẾP ", "qua điện thoại")
    )
    assert fields(known)["channel"] == 3
    assert isinstance(unknown, Skip)
    assert unknown.reason == "'qua điện thoại' is not in values: add it there"


def test_values_of_a_district_stand_beside_its_names(converter: MakeConverter) -> None:
    text = MAPPING.replace('"Huyện" }', '"Huyện", values = { "Kỳ Sơn" = "Thành phố Hòa Bình" } }')
    made = converter(text)
    assert fields(next(made.convert(row({"Huyện": "kỳ sơn"}))))["district"] == "148"
    assert fields(next(made.convert(row({"Huyện": "Mai Châu"}))))["district"] == "156"


def test_a_condition_chooses_the_kind(example: Converter) -> None:
    rows = open_records(EXAMPLES / "ho-so.csv", FileRule())
    kinds = {
        record.row: [e.kind for e in example.convert(record) if isinstance(e, ReplayEvent)]
        for record in rows
    }
    assert kinds[10] == ["received", "paid", "returned"]
    assert kinds[2] == ["received", "paid", "resolved"]
    assert kinds[12] == ["resolved"]


def test_the_example_gives_what_was_counted_by_hand(example: Converter) -> None:
    results = [
        result
        for record in open_records(EXAMPLES / "ho-so.csv", FileRule())
        for result in example.convert(record)
    ]
    events = [result for result in results if isinstance(result, ReplayEvent)]
    skips = [result for result in results if isinstance(result, Skip)]
    assert Counter(event.kind for event in events) == {
        "received": 13, "paid": 7, "resolved": 9, "returned": 1,
    }  # fmt: skip
    assert len({event.event_id for event in events}) == 27  # line 14 repeats line 4
    assert [(skip.row, skip.kind, skip.where) for skip in skips] == [
        (6, "", "Huyện"),
        (9, "", "Ngày tiếp nhận"),
        (11, "resolved", "Ngày kết thúc"),
        (12, "received", "Hình thức"),
        (17, "received", "Lệ phí"),
        (19, "", "Số hồ sơ"),
        (20, "", "row"),
    ]


def test_ids_derive_from_feed_source_kind_and_record_alone(converter: MakeConverter) -> None:
    made = converter(MAPPING)
    first = [fields(event)["event_id"] for event in made.convert(row())]
    changed = row({"Huyện": "Mai Châu", "Nhận": "03/10/2023", "Phí": "1"}, 99)
    assert [fields(event)["event_id"] for event in made.convert(changed)] == first
    assert len(set(first)) == 2
    elsewhere = converter(MAPPING.replace('"mot-cua"', '"mot-cua-2"')).convert(row())
    others = [*elsewhere, *made.convert(row({"Số": "13/HS"}))]
    assert set(first).isdisjoint(fields(event)["event_id"] for event in others)
    # Were the rule to change, a file replayed last year would come in a second time.
    root = uuid5(NAMESPACE_URL, "https://ioc.hoabinh.example/replayed")
    assert first[0] == str(uuid5(uuid5(root, "dossier|mot-cua"), '["received","12/HS"]'))


def test_excel_and_parquet_give_the_events_that_the_csv_gives(
    tmp_path: Path, converter: MakeConverter
) -> None:
    """Even if their cells are numbers and dates instead of text."""
    typed: dict[str, Any] = {
        "Số": "12/HS", "Huyện": 150, "Nhận": datetime(2023, 10, 2, 8, 5),  # noqa: DTZ001
        "Hẹn": datetime(2023, 10, 16, 17, 0), "Phí": 50_000.0,  # noqa: DTZ001
        "Trả": datetime(2023, 10, 11, 15, 30), "Số hóa": True, "Điểm": None,  # noqa: DTZ001
    }  # fmt: skip
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(list(typed))
    book.active.append(list(typed.values()))
    book.save(tmp_path / "a.xlsx")
    pq.write_table(pa.table({name: [cell] for name, cell in typed.items()}), tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_text(
        ";".join(ROW) + "\n" + ";".join(str(cell) for cell in ROW.values()), encoding="utf-8"
    )
    made = converter(MAPPING)
    by_format = [
        [
            event
            for record in open_records(tmp_path / name, FileRule())
            for event in made.convert(record)
        ]
        for name in ("a.csv", "a.xlsx", "a.parquet")
    ]
    assert by_format[0] == by_format[1] == by_format[2]
    assert [fields(event)["kind"] for event in by_format[0]] == ["received", "resolved"]


def test_a_feed_of_a_single_kind_is_converted_too(converter: MakeConverter) -> None:
    text = """
source = "diem-bao"
id = ["Bài"]
[fields]
district = { column = "Huyện" }
[[event]]
kind = "article"
occurred_at = { column = "Nhận" }
[event.fields]
article_id = { column = "Bài" }
outlet = { column = "Báo" }
outlet_kind = { constant = "local" }
topic = { constant = "giao-thong" }
sentiment = { column = "Sắc thái", values = { "Tốt" = "positive" } }
score = { column = "Điểm" }
reach = { column = "Phí" }
published_at = { column = "Nhận" }
"""
    cells = {"Bài": "ab" * 8, "Báo": "Báo Hòa Bình", "Sắc thái": "Negative", "Điểm": "-0,25"}
    made = converter(text, feed_named("press"))
    (article,) = made.convert(row({"Nhận": "2023-10-02T08:05:00", **cells}))
    held = fields(article)
    assert (held["outlet"], held["sentiment"], held["score"]) == ("bao-hoa-binh", "negative", -0.25)


@pytest.mark.slow  # it works for seconds
@given(cells=st.fixed_dictionaries({name: st.text(max_size=12) | st.none() for name in ROW}))
def test_no_text_makes_a_row_fail_otherwise_than_by_a_skip(
    cells: dict[str, Cell], units: Units, dossier: Feed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(MAPPING, encoding="utf-8")
    made = Converter(make_plan(path, load_mapping(path), dossier, units), dossier, UNTIL_MS)
    results = list(made.convert(row(cells)))
    assert results
    for result in results:
        if isinstance(result, ReplayEvent):
            dossier.adapter.validate_json(b"[" + result.value + b"]")


@given(
    st.datetimes(datetime(2001, 1, 1), datetime(2025, 12, 30)),  # noqa: DTZ001 - wall times
    st.integers(0, 23),
)
def test_a_local_time_is_seven_hours_ahead_of_utc(when: datetime, hour: int) -> None:
    """Vietnam has had no summer time since 1975: the hand's own arithmetic."""
    reader = TimeReader(("%d/%m/%Y %H:%M", "%d/%m/%Y"), ZoneInfo("Asia/Ho_Chi_Minh"), time(hour))
    minute = when.replace(second=0, microsecond=0)
    wall = reader.instant(f"{minute:%d/%m/%Y %H:%M}").replace(tzinfo=None) + timedelta(hours=7)
    assert wall == (minute if minute.hour or minute.minute else minute.replace(hour=hour))
    day = reader.instant(f"{minute:%d/%m/%Y}").replace(tzinfo=None) + timedelta(hours=7)
    assert day == minute.replace(hour=hour, minute=0)
