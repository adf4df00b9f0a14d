"""A folder of reference data is the province: checked as a whole, alive whatever it holds."""

import shutil
from pathlib import Path

import pytest

from contracts.errors import DataFileError
from contracts.feed import Feed
from contracts.reference.province import SHIPPED, Reference, load_reference
from contracts.registry import FEEDS
from contracts.settings import DATA, load_settings
from producers.registry import simulator_of
from producers.simulator import World
from producers.timeline import pace_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the folder of Hòa Bình."""
    return Path(shutil.copytree(DATA / "hoa-binh-2023", tmp_path / "own"))


def loaded(folder: Path) -> Reference:
    return load_reference(load_settings(reference=str(folder)))


def refusal(folder: Path) -> str:
    with pytest.raises(DataFileError) as caught:
        loaded(folder)
    return str(caught.value).replace(str(folder), "")


def test_two_provinces_are_shipped() -> None:
    assert SHIPPED == ("hoa-binh-2023", "phu-tho-2025")
    old, new = (load_reference(load_settings(reference=name)) for name in SHIPPED)
    assert (len(old.units.districts), len(new.units.districts)) == (10, 148)
    assert {unit.kind for unit in new.units.districts} == {"commune", "ward"}
    assert all(unit.valid_to.year == 2299 for unit in new.units)
    assert {each.district for each in new.schools} == new.units.codes
    assert {each.district for each in new.health_units} == new.units.codes


def test_a_copy_is_the_same_province(folder: Path) -> None:
    assert loaded(folder) == load_reference(load_settings())


def test_what_is_in_no_unit_is_named(folder: Path) -> None:
    schools = folder / "schools.csv"
    schools.write_text(schools.read_text(encoding="utf-8").replace(",148,", ",999,", 1))
    assert refusal(folder) == (
        "/schools.csv: school_id mn-148-01 names district 999, which /units.csv does not hold"
    )


def test_a_token_that_stands_twice_is_named(folder: Path) -> None:
    with (folder / "sites.csv").open("a") as file:
        file.write("ban-lac,156,1,0.1\n")
    assert refusal(folder) == "/sites.csv: site_id ban-lac stands in more than one row"


def test_a_file_by_another_name_is_not_passed_over(folder: Path) -> None:
    (folder / "schools.csv").rename(folder / "school.csv")
    assert refusal(folder).startswith("/school.csv: is no file of reference data; these are ")


def test_units_and_agencies_are_needed(folder: Path) -> None:
    (folder / "agencies.csv").unlink()
    assert refusal(folder).startswith("/agencies.csv: cannot be read")
    (folder / "units.csv").unlink()
    assert refusal(folder).startswith("/units.csv: cannot be read")


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(DataFileError, match="IOC_REFERENCE=nowhere: is neither a folder nor one"):
        load_reference(load_settings(reference="nowhere"))


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
@pytest.mark.parametrize("rate", [None, 5.0])
def test_feeds_live_where_only_units_and_agencies_are_known(
    folder: Path, feed: Feed, rate: float | None
) -> None:
    """Some have nothing to report then, none fails."""
    for path in folder.glob("*.csv"):
        if path.name not in {"units.csv", "agencies.csv"}:
            path.unlink()
    world = World.load(load_settings(reference=str(folder)))
    simulator = simulator_of(feed.name, world)
    pace = pace_of(simulator, rate)
    start_s = 1_794_000_000
    for slot in range(30):
        for each in simulator.events(start_s + slot * simulator.slot_s, pace):
            assert each.key in {
                "17",
                "148",
                "150",
                "152",
                "153",
                "154",
                "155",
                "156",
                "157",
                "158",
                "159",
            }


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_feeds_live_in_a_province_of_communes(feed: Feed) -> None:
    world = World.load(load_settings(reference="phu-tho-2025"))
    simulator = simulator_of(feed.name, world)
    start_s = 1_794_186_000  # a Monday at 08:00 there
    pace = pace_of(simulator, 1.0)
    slots = range(start_s, start_s + 600, pace.slot_s(simulator.slot_s))
    keys = {each.key for slot in slots for each in simulator.events(slot, pace)}
    assert keys
    assert keys <= world.units.accepted
    assert (world.units.province.code in keys) == feed.tells_of_province
