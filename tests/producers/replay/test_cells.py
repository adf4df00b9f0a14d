"""The values of cells, in cases worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.reference.units import Unit, Units
from producers.replay.cells import CellError, boolean, slug, text, token
from producers.replay.district_names import DistrictNames
from producers.replay.numerals import integer, number
from producers.replay.records import Cell
from producers.replay.times import TimeReader

HANOI = TimeReader(("%d/%m/%Y %H:%M", "%d/%m/%Y"), ZoneInfo("Asia/Ho_Chi_Minh"), time(17, 0))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1250000", 1_250_000),
        ("1.250.000", 1_250_000),
        ("1,250,000", 1_250_000),
        ("1 250 000", 1_250_000),
        ("1.250", 1_250),
        ("1.250.000 đ", 1_250_000),
        ("50.000 VNĐ", 50_000),
        ("1.250.000,00", 1_250_000),
        ("12,0", 12),
        (12.0, 12),
        (Decimal("3.00"), 3),
        ("-5", -5),
        ("0", 0),
    ],
)
def test_whole_numbers(cell: Cell, value: int) -> None:
    assert integer(cell) == value


@pytest.mark.parametrize(
    "cell",
    ["12,5", "0.125", 12.5, "miễn phí", "1.25.000", "1.250.5", "", "1e5", float("inf"), "9" * 20],
)
def test_what_is_no_whole_number_is_refused(cell: Cell) -> None:
    with pytest.raises(CellError):
        integer(cell)


@given(st.integers(-(10**12), 10**12), st.sampled_from([".", ",", " ", "\u00a0"]))
def test_marks_of_thousands_change_no_number(value: int, mark: str) -> None:
    assert integer(f"{value:,}".replace(",", mark)) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12,5", 12.5),
        ("12.5", 12.5),
        ("0.125", 0.125),
        ("1.250", 1.25),  # of a number a single mark is the decimal one
        ("1.250,5", 1250.5),
        ("1,250.5", 1250.5),
        ("1.250.000", 1_250_000.0),
        (7, 7.0),
    ],
)
def test_numbers_with_decimals(cell: Cell, value: float) -> None:
    assert number(cell) == value


@pytest.mark.parametrize("yes", ["Có", "CÓ", "true", True, 1, 1.0, "x", "Đúng"])
@pytest.mark.parametrize("no", ["Không", "false", False, 0, "0", "Sai"])
def test_yes_and_no(yes: Cell, no: Cell) -> None:
    assert boolean(yes) is True
    assert boolean(no) is False


def test_an_answer_that_is_neither_is_shown_shortened() -> None:
    """Long enough to tell units apart that begin with the same words."""
    told = "Ủy ban nhân dân huyện Lạc Thủy, tỉnh Hòa Bình " * 2
    with pytest.raises(CellError, match=f"'{told[:80]}…' is neither yes nor no"):
        boolean(told)


def test_the_same_value_is_the_same_text_in_every_format() -> None:
    assert text(12) == text(12.0) == text(Decimal("12.00")) == text(" 12 ") == "12"
    assert text("Hoà") == text("Hoa\u0300")
    assert text(12.5) == "12.5"


def test_names_become_slugs_and_numbers_tokens() -> None:
    assert slug("Đất đai, xây dựng") == "dat-dai-xay-dung"
    assert token("123/QĐ-UBND") == "123.QD-UBND"
    assert token("H28.15-231003-0012") == "H28.15-231003-0012"


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        ("02/10/2023 08:05", datetime(2023, 10, 2, 1, 5, tzinfo=UTC)),
        ("02/10/2023", datetime(2023, 10, 2, 10, 0, tzinfo=UTC)),  # 17:00 in Hanoi
        ("2023-10-02", datetime(2023, 10, 2, 10, 0, tzinfo=UTC)),
        ("2023-10-02T08:05:00", datetime(2023, 10, 2, 1, 5, tzinfo=UTC)),
        ("2023-10-02T08:05:00Z", datetime(2023, 10, 2, 8, 5, tzinfo=UTC)),
        (date(2023, 10, 2), datetime(2023, 10, 2, 10, 0, tzinfo=UTC)),
        (
            datetime(2023, 10, 2, 8, 5, 1, 234_567),  # noqa: DTZ001 - a cell of Excel
            datetime(2023, 10, 2, 1, 5, 1, 234_000, tzinfo=UTC),
        ),
        (
            datetime(2023, 10, 2, 8, 5, tzinfo=timezone(timedelta(hours=9))),
            datetime(2023, 10, 1, 23, 5, tzinfo=UTC),
        ),
    ],
)
def test_instants(cell: Cell, utc: datetime) -> None:
    assert HANOI.instant(cell) == utc


@pytest.mark.parametrize("cell", ["31/09/2023", "mai", 45_200, 45_200.5, time(8, 0), "45200"])
def test_what_is_no_date_is_refused(cell: Cell) -> None:
    with pytest.raises(CellError, match="is not a date"):
        HANOI.instant(cell)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("148", "148"),
        (148.0, "148"),
        ("Thành phố Hòa Bình", "148"),
        ("TP. Hoà Bình", "148"),
        ("hoa binh", "148"),
        ("UBND huyện Đà Bắc", "150"),
        ("ĐÀ BẮC", "150"),
        ("H. Lạc Thủy", "159"),
        ("lac-thuy", "159"),
    ],
)
def test_districts_by_code_or_name(units: Units, cell: Cell, code: str) -> None:
    assert DistrictNames(units).code(cell) == code


@pytest.mark.parametrize("cell", ["Kỳ Sơn", "17", "Tỉnh Hòa Bình", "huyện"])
def test_what_is_no_district_is_shown(units: Units, cell: str) -> None:
    with pytest.raises(CellError, match=f"'{cell}' is no district of the units file"):
        DistrictNames(units).code(cell)


def test_a_name_of_two_units_asks_for_the_code(units: Units) -> None:
    def unit(code: str, name: str, kind: str) -> Unit:
        known = units.districts[0].model_dump()
        return Unit(**(known | {"code": code, "slug": f"u{code}", "name_vi": name, "kind": kind}))

    both = (unit("011", "Huyện Cao Lãnh", "district"), unit("012", "Thành phố Cao Lãnh", "city"))
    names = DistrictNames(Units(units.province, both))
    assert names.code("huyện cao lãnh") == "011"
    assert names.code(12) == "012"  # a spreadsheet took the zero
    with pytest.raises(CellError, match="names more than one unit"):
        names.code("Cao Lãnh")


def test_a_converter_is_a_function_of_the_cell() -> None:
    """Two readers that differ only in their hour do not mix up their caches."""
    read: Callable[[Cell], datetime] = TimeReader(HANOI.formats, HANOI.zone, time(0, 0)).instant
    assert HANOI.instant("02/10/2023") - read("02/10/2023") == timedelta(hours=17)
