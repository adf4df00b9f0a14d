"""Units, agencies, cameras and settings: the good ones, and one sentence for each bad one."""

from pathlib import Path

import pytest

from contracts.errors import DataFileError, SettingError, UnknownFeedError
from contracts.registry import FEEDS, feeds_named
from contracts.settings import DATA, load_settings
from contracts.topics import topic_specs
from contracts.units import load_agencies, load_cameras, load_units

HEADER = (
    "code,slug,name_vi,kind,parent,population,area_km2,lat,lon,valid_from,valid_to\n"
    "17,tinh,Tỉnh,province,,10,1,20,105,2020-01-01,2025-06-30\n"
)
DISTRICT = "148,a,A,city,17,10,1,20,105,2020-01-01,2025-06-30\n"


def test_the_province_is_the_sum_of_its_districts() -> None:
    units = load_units(DATA / "units.csv")
    assert len(units.districts) == 10
    assert sum(unit.population for unit in units.districts) == units.province.population == 871_724
    assert sum(units.shares.values()) == pytest.approx(1.0)
    assert len(load_agencies(DATA / "agencies.csv")) == 22
    assert len(load_cameras(DATA / "cameras.csv", units)) == 38


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
        (HEADER.splitlines()[0].encode(), "holds no rows"),
        ((HEADER + DISTRICT + DISTRICT).encode(), "code 148 stands in more than one row"),
        ((HEADER + HEADER.splitlines()[1].replace("17,", "18,", 1)).encode(), "has 2"),
        ((HEADER + DISTRICT.replace(",17,", ",99,")).encode(), "unit 148 is not below"),
        ((HEADER + DISTRICT.replace("city", "planet")).encode(), "line 3, column kind"),
        ((HEADER + DISTRICT.replace(",10,", ",many,")).encode(), "line 3, column population"),
    ],
)
def test_a_bad_units_file_gets_one_sentence(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "units.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataFileError, match=sentence) as caught:
        load_units(path)
    assert str(path) in str(caught.value)


def test_a_camera_in_an_unknown_district_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cameras.csv"
    path.write_text("camera_id,district,road,setting,limit_kmh,lat,lon\nc-1,777,R,main,60,20,105\n")
    with pytest.raises(DataFileError, match="camera c-1 names district 777"):
        load_cameras(path, load_units(DATA / "units.csv"))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"kafka_partitions": 0}, "IOC_KAFKA_PARTITIONS: Input should be greater than or equal"),
        ({"fault_share": 1.5}, "IOC_FAULT_SHARE"),
        ({"clickhouse_database": "ioc; DROP"}, "IOC_CLICKHOUSE_DATABASE"),
        ({"pane_retention_h": 40}, "IOC_PANE_RETENTION_H=40 is shorter than IOC_LATENESS_H=24"),
        ({"idle_s": 3}, "IOC_IDLE_S=3 must be longer than IOC_DISORDER_S=5"),
    ],
)
def test_an_unsafe_setting_is_refused(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(SettingError) as caught:
        load_settings(**given)
    assert sentence in str(caught.value)


def test_settings_do_not_show_passwords() -> None:
    settings = load_settings(clickhouse_password="hunter2")
    assert "hunter2" not in repr(settings)
    assert settings.clickhouse_password.get_secret_value() == "hunter2"


def test_feeds_are_found_by_name() -> None:
    assert feeds_named(()) == FEEDS
    assert [feed.name for feed in feeds_named(["press", "traffic"])] == ["press", "traffic"]
    with pytest.raises(UnknownFeedError, match="there are: eoffice, dossier, traffic, press"):
        feeds_named(["pres"])


def test_topics_have_distinct_names_and_changelogs_are_compacted() -> None:
    specs = topic_specs(load_settings(kafka_partitions=6), FEEDS)
    names = [spec.name for spec in specs]
    assert len(set(names)) == len(names) == 3 + 3 * 4
    assert {spec.partitions for spec in specs} == {6}
    changelogs = [spec for spec in specs if spec.name.endswith("-changelog")]
    assert {spec.config["cleanup.policy"] for spec in changelogs} == {"compact"}
