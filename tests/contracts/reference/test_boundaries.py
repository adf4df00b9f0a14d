"""Areas of the units: a GeoJSON that fits the units, or a sentence, or a sketch."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import DataFileError
from contracts.reference.boundaries import Boundaries, Polygon, load_boundaries
from contracts.reference.province import SHIPPED, load_reference
from contracts.reference.units import Units
from contracts.settings import Settings, load_settings

SQUARE = [[[105.0, 20.5], [105.5, 20.5], [105.5, 21.0], [105.0, 20.5]]]


def units_of(settings: Settings) -> Units:
    return load_reference(settings).units


@pytest.fixture
def collection() -> dict[str, Any]:
    """An area for each unit of the default province, the first of two parts."""
    codes = [unit.code for unit in units_of(load_settings()).districts]
    features = [
        {
            "type": "Feature",
            "id": code,
            "properties": {},
            "geometry": {"type": "Polygon", "coordinates": SQUARE},
        }
        for code in codes
    ]
    features[0]["geometry"] = {"type": "MultiPolygon", "coordinates": [SQUARE, SQUARE]}
    return {"type": "FeatureCollection", "features": features}


def read(tmp_path: Path, collection: object) -> Boundaries:
    file = tmp_path / "areas.geojson"
    text = collection if isinstance(collection, str) else json.dumps(collection)
    file.write_text(text, encoding="utf-8")
    settings = load_settings(boundaries=file)
    return load_boundaries(settings, units_of(settings))


def test_areas_are_read_by_the_code_of_their_unit(
    tmp_path: Path, collection: dict[str, Any]
) -> None:
    last = collection["features"][-1]
    last["properties"]["code"] = last.pop("id")
    boundaries = read(tmp_path, collection)
    assert not boundaries.is_sketch
    assert boundaries.areas.keys() == units_of(load_settings()).codes
    first = boundaries.areas[collection["features"][0]["id"]]
    assert len(first) == 2
    assert first[0] == ((*map(tuple, SQUARE[0]),),)


def test_a_file_of_the_provinces_folder_is_taken_by_itself(
    tmp_path: Path, collection: dict[str, Any]
) -> None:
    source = load_reference(load_settings()).units
    header = "code,slug,name_vi,kind,parent,population,area_km2,lat,lon,valid_from,valid_to"
    rows = [
        f"{u.code},{u.slug},{u.name_vi},{u.kind},{u.parent},{u.population},{u.area_km2},"
        f"{u.lat},{u.lon},{u.valid_from},{u.valid_to}"
        for u in source
    ]
    (tmp_path / "units.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    (tmp_path / "boundaries.geojson").write_text(json.dumps(collection), encoding="utf-8")
    settings = load_settings(reference=str(tmp_path))
    assert not load_boundaries(settings, source).is_sketch


Change = Callable[[dict[str, Any]], object]
WRONG: dict[str, Change] = {
    "has an area of unit '999', which the file of units does not hold": lambda it: it["features"][
        0
    ].update(id="999"),
    "has 2 areas of unit": lambda it: it["features"].append(it["features"][1]),
    "has no area of unit 148 (Thành phố Hòa Bình)": lambda it: it["features"].pop(0),
    "has the point 2.2e+06, 540000, which is no longitude": lambda it: it["features"][1][
        "geometry"
    ].update(coordinates=[[[2_200_000.0, 540_000.0]]]),
    "features.1.geometry: Input tag 'LineString'": lambda it: it["features"][1]["geometry"].update(
        type="LineString"
    ),
    "features.0.geometry.MultiPolygon.coordinates": lambda it: it["features"][0]["geometry"].update(
        coordinates="here"
    ),
    "type: Input should be 'FeatureCollection'": lambda it: it.update(type="Topology"),
}


@pytest.mark.parametrize("said", WRONG)
def test_what_does_not_fit_is_said(tmp_path: Path, collection: dict[str, Any], said: str) -> None:
    WRONG[said](collection)
    with pytest.raises(DataFileError) as caught:
        read(tmp_path, collection)
    assert str(caught.value).startswith(f"{tmp_path / 'areas.geojson'}: ")
    assert said in str(caught.value)


def test_what_is_no_file_or_no_json_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"areas.geojson: is no JSON: "):
        read(tmp_path, "{")
    settings = load_settings(boundaries=tmp_path / "missing.geojson")
    with pytest.raises(DataFileError, match=r"missing.geojson: cannot be read: No such file"):
        load_boundaries(settings, units_of(settings))


def is_inside(point: tuple[float, float], polygon: Polygon) -> bool:
    """Does a ray to the east cross the outline an odd number of times?"""
    (x, y), ring = point, polygon[0]
    crossed = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            crossed += 1
    return crossed % 2 == 1


@pytest.mark.parametrize("name", SHIPPED)
def test_a_sketch_gives_each_unit_what_is_nearest_to_its_point(name: str) -> None:
    settings = load_settings(reference=name)
    units = units_of(settings)
    boundaries = load_boundaries(settings, units)
    assert boundaries.is_sketch
    assert boundaries.areas.keys() == units.codes
    for unit in units.districts:
        (area,) = boundaries.areas[unit.code]
        assert area[0][0] == area[0][-1]
        holds = [each.code for each in units.districts if is_inside((each.lon, each.lat), area)]
        assert holds == [unit.code]
