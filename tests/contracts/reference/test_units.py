"""Units are data: a good file is read as it is, a bad one is refused in one sentence."""

from pathlib import Path

import pytest

from contracts.errors import DataFileError
from contracts.reference.units import load_cameras, load_units

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


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join((HEADER, PROVINCE, CITY)).encode())
    assert load_units(path).codes == {"148"}


def test_the_province_that_ships_has_ten_districts_with_all_its_people() -> None:
    data = Path(__file__).parents[3] / "contracts" / "data"
    units = load_units(data / "units.csv")
    assert units.province.population == 871_724  # the population in the catalog's magnitudes
    assert sum(unit.population for unit in units.districts) == 871_724
    assert len(units.districts) == 10
    cameras = load_cameras(data / "cameras.csv", units)
    assert {camera.district for camera in cameras} == units.codes
    assert len({camera.camera_id for camera in cameras}) == len(cameras)


def test_a_missing_file(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "none.csv")


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path)


@pytest.mark.parametrize("codec", ["utf-16", "cp1258"])
def test_not_utf_8(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "units.csv"
    path.write_bytes(f"{HEADER}\n17,tinh,Hoà,province".encode(codec))
    assert "cannot be read" in refusal(path)


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
    assert refusal(written(tmp_path, PROVINCE, short)).startswith(", line 3, column valid_to: ")


def test_a_header_without_a_column(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("slug,name_vi\ntinh,Hòa Bình\n", encoding="utf-8")
    assert refusal(path).startswith(", line 2, column code: ")


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
    assert sentence == ": unit 150 is not below the province 17"


def test_a_camera_in_an_unknown_district(tmp_path: Path) -> None:
    units = load_units(written(tmp_path, PROVINCE, CITY))
    path = tmp_path / "cameras.csv"
    path.write_text("camera_id,district,road,setting,limit_kmh,lat,lon\nc-1,150,QL6,main,60,1,1\n")
    with pytest.raises(DataFileError, match=r"c-1 names district 150, which the units file"):
        load_cameras(path, units)


def test_the_line_is_the_one_of_the_file_below_an_empty_line(tmp_path: Path) -> None:
    """Line 1 header, 2 province, 3 empty, 4 the bad row."""
    path = written(tmp_path, PROVINCE, "", CITY.replace("city", "planet"))
    assert refusal(path).startswith(", line 4, column kind: ")


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    """The field that it opens runs to the end of the file, past what csv takes for a field."""
    path = written(tmp_path, PROVINCE, CITY.replace("Thành", '"Thành'), "x" * 140_000)
    refusal(path)
