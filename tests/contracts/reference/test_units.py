"""Units are data: a good file is read as it is, a bad one is refused in one sentence."""

from pathlib import Path

import pytest

from contracts.errors import DataFileError
from contracts.reference.province import load_reference
from contracts.reference.units import OPEN_END, load_units
from contracts.settings import load_settings

HEADER = "code,slug,name_vi,kind,parent,population,area_km2,lat,lon,valid_from,valid_to"
DATES = "2020-01-01,2025-06-30"
PROVINCE = f"17,tinh,Tỉnh Hòa Bình,province,,400,10.5,20.6,105.3,{DATES}"
CITY = f"148,tp,Thành phố Hòa Bình,city,17,300,4,20.8,105.3,{DATES}"
DISTRICT = f"150,da-bac,Huyện Đà Bắc,district,17,100,6.5,20.9,105.2,{DATES}"


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "units.csv"
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(DataFileError) as caught:
        load_units(path)
    sentence = str(caught.value)
    assert str(path) in sentence
    assert "\n" not in sentence
    return sentence.removeprefix(str(path))


def test_a_good_file(tmp_path: Path) -> None:
    units = load_units(written(tmp_path, CITY, PROVINCE, DISTRICT))
    assert units.province.code == "17"
    assert [unit.code for unit in units.districts] == ["148", "150"]
    assert [unit.code for unit in units] == ["17", "148", "150"]
    assert units.codes == {"148", "150"}
    assert units.shares == {"148": 0.75, "150": 0.25}  # 300 and 100 of 400
    assert units.seat.code == "148"  # the city
    assert units.districts[1].name_vi == "Huyện Đà Bắc"
    assert units.districts[1].valid_to.isoformat() == "2025-06-30"


def test_the_province_that_ships_has_ten_districts_with_all_its_people() -> None:
    reference = load_reference(load_settings())
    units = reference.units
    assert units.province.population == 871_724  # the population in the catalog's magnitudes
    assert sum(unit.population for unit in units.districts) == 871_724
    assert len(units.districts) == 10
    assert {camera.district for camera in reference.cameras} == units.codes


def test_a_missing_file(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "none.csv")


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path)


def test_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(f"{HEADER}\n17,tinh,Hoà,province".encode("cp1258"))
    assert refusal(path) == ": cannot be read: it is no UTF-8; in Excel, save it as 'CSV UTF-8'"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_excel_writes_is_read(tmp_path: Path, codec: str, delimiter: str) -> None:
    path = tmp_path / "units.csv"
    text = "\r\n".join((HEADER, PROVINCE, CITY)).replace(",", delimiter)
    path.write_bytes(text.encode(codec))
    assert load_units(path).districts[0].name_vi == "Thành phố Hòa Bình"


@pytest.mark.parametrize("text", ["", HEADER, HEADER + "\n"])
def test_no_rows(tmp_path: Path, text: str) -> None:
    path = tmp_path / "units.csv"
    path.write_text(text)
    assert refusal(path) == ": holds no rows below its header line"


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("kind", "city", "planet"),
        ("code", "148", "14x"),
        ("code", "148", "1"),
        ("slug", "tp", "T P"),
        ("name_vi", "Thành phố Hòa Bình", ""),
        ("population", ",300,", ",-1,"),
        ("population", ",300,", ",many,"),
        ("area_km2", ",4,", ",0,"),
        ("lat", "20.8", "90.1"),
        ("lon", "105.3", "-180.5"),
        ("valid_to", "2025-06-30", "2025-06-31"),
    ],
)
def test_a_bad_value_is_named_by_line_and_column(
    tmp_path: Path, column: str, good: str, bad: str
) -> None:
    path = written(tmp_path, PROVINCE, CITY.replace(good, bad, 1))
    assert refusal(path).startswith(f", line 3, column {column}: ")


def test_a_row_that_is_too_short(tmp_path: Path) -> None:
    short = CITY.rsplit(",", 1)[0]
    assert refusal(written(tmp_path, PROVINCE, short)) == (
        ", line 3: has not as many columns as line 1"
    )


def test_a_unit_in_force_has_no_last_day(tmp_path: Path) -> None:
    in_force = CITY.rsplit(",", 1)[0] + ","
    assert load_units(written(tmp_path, PROVINCE, in_force)).districts[0].valid_to == OPEN_END


def test_a_province_alone_and_one_without_people(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, PROVINCE)) == ": holds no unit below the province 17"
    empty = CITY.replace(",300,", ",0,")
    assert refusal(written(tmp_path, PROVINCE, empty)) == ": the population of all units is 0"


def test_a_header_without_a_column(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("slug,name_vi\ntinh,Hòa Bình\n", encoding="utf-8")
    assert refusal(path).startswith(", line 1: lacks the column code; the columns are code, slug")


def test_a_code_that_stands_twice(tmp_path: Path) -> None:
    path = written(tmp_path, PROVINCE, CITY, DISTRICT.replace("150,", "148,"))
    assert refusal(path) == ": code 148 stands in more than one row"


def test_two_provinces_or_none(tmp_path: Path) -> None:
    second = PROVINCE.replace("17,tinh", "25,phu-tho")
    assert refusal(written(tmp_path, PROVINCE, second, CITY)).endswith("(the province), has 2")
    assert refusal(written(tmp_path, CITY)).endswith("(the province), has 0")


def test_a_stray_unit(tmp_path: Path) -> None:
    stray = DISTRICT.replace(",17,", ",25,")
    sentence = refusal(written(tmp_path, PROVINCE, CITY, stray))
    assert sentence.startswith(": unit 150 is not directly below the province 17; ")


def test_the_line_is_the_one_of_the_file_below_an_empty_line(tmp_path: Path) -> None:
    """Line 1 header, 2 province, 3 empty, 4 the bad row."""
    path = written(tmp_path, PROVINCE, "", CITY.replace("city", "planet"))
    assert refusal(path).startswith(", line 4, column kind: ")


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    """The field that it opens runs to the end of the file, past what csv takes for a field."""
    path = written(tmp_path, PROVINCE, CITY.replace("Thành", '"Thành'), "x" * 140_000)
    refusal(path)
