"""The areas of the units on a map: read from a GeoJSON, or sketched around the units' points."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from contracts.errors import DataFileError
from contracts.reference.province import reference_folder
from contracts.reference.units import Unit, Units
from contracts.settings import Settings

FILE = "boundaries.geojson"
Point = tuple[float, float]
"""Longitude and latitude in degrees, WGS 84."""
Ring = tuple[Point, ...]
Polygon = tuple[Ring, ...]
"""The outline, then the holes."""

KM_PER_DEGREE = 111.32
REACH = 1.7
"""How far a sketched area reaches, in radii of a circle of the unit's area."""
CORNERS = 48


@dataclass(frozen=True)
class Boundaries:
    """The area of each unit below the province, by its code."""

    areas: Mapping[str, tuple[Polygon, ...]]
    is_sketch: bool
    """Made from the units' points: neighbours are about right, borders are not."""

    @property
    def corners(self) -> list[Point]:
        """The points of all outlines."""
        return [point for area in self.areas.values() for polygon in area for point in polygon[0]]


class _Polygon(BaseModel):
    type: Literal["Polygon"]
    coordinates: list[list[Annotated[list[float], Field(min_length=2)]]] = Field(min_length=1)

    @property
    def polygons(self) -> list[list[list[list[float]]]]:
        return [self.coordinates]


class _MultiPolygon(BaseModel):
    type: Literal["MultiPolygon"]
    coordinates: list[list[list[Annotated[list[float], Field(min_length=2)]]]] = Field(min_length=1)

    @property
    def polygons(self) -> list[list[list[list[float]]]]:
        return self.coordinates


class _Feature(BaseModel):
    id: str | int | None = None
    properties: dict[str, Any] | None = None
    geometry: Annotated[_Polygon | _MultiPolygon, Field(discriminator="type")]

    @property
    def code(self) -> str:
        code = self.id if self.id is not None else (self.properties or {}).get("code", "")
        return str(code)


class _Collection(BaseModel):
    type: Literal["FeatureCollection"]
    features: list[_Feature]


def load_boundaries(settings: Settings, units: Units) -> Boundaries:
    """Read IOC_BOUNDARIES, else the reference folder's ``boundaries.geojson``, else sketch them.

    Raises:
        DataFileError: the file can't be read or is not a GeoJSON of areas, has an unknown unit, has
            a unit twice, or lacks one.
    """
    path = settings.boundaries or reference_folder(settings) / FILE
    if settings.boundaries is None and not path.exists():
        return Boundaries({unit.code: (cell,) for unit, cell in _cells(units.districts)}, True)
    return Boundaries(_read(path, units), False)


def _read(path: Path, units: Units) -> dict[str, tuple[Polygon, ...]]:
    try:
        features = _Collection.model_validate_json(path.read_bytes()).features
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read: {error.strerror}") from None
    except ValidationError as error:
        raise DataFileError(f"{path}: {_first(error)}") from None
    _refuse_others(path, Counter(feature.code for feature in features), units)
    areas = {}
    for feature in features:
        area = tuple(tuple(map(_ring, polygon)) for polygon in feature.geometry.polygons)
        _refuse_metres(path, feature.code, area)
        areas[feature.code] = area
    return areas


def _refuse_others(path: Path, count: Mapping[str, int], units: Units) -> None:
    for code, times in count.items():
        if code not in units.codes:
            raise DataFileError(
                f"{path}: has an area of unit {code!r}, which the file of units does not hold "
                "below the province; a feature's id, or its property code, is the unit's code"
            )
        if times > 1:
            raise DataFileError(
                f"{path}: has {times} areas of unit {code}; make them one of several parts "
                "(MultiPolygon)"
            )
    for unit in units.districts:
        if unit.code not in count:
            raise DataFileError(f"{path}: has no area of unit {unit.code} ({unit.name_vi})")


def _refuse_metres(path: Path, code: str, area: tuple[Polygon, ...]) -> None:
    for lon, lat in (point for polygon in area for ring in polygon for point in ring):
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise DataFileError(
                f"{path}: the area of unit {code} has the point {lon:g}, {lat:g}, which is no "
                "longitude and latitude in degrees (WGS 84)"
            )


def _ring(positions: Sequence[Sequence[float]]) -> Ring:
    return tuple((position[0], position[1]) for position in positions)


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return f"is no JSON: {first['msg']}"
    return f"{'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}"


def _cells(units: Sequence[Unit]) -> Iterator[tuple[Unit, Polygon]]:
    """The area nearest to each unit's point, limited to REACH radii of the unit's area.

    This is a Voronoi cell: the straight line halfway to each neighbour cuts it.
    """
    squeeze = math.cos(math.radians(sum(unit.lat for unit in units) / len(units)))

    def flat(unit: Unit) -> Point:
        return unit.lon * squeeze * KM_PER_DEGREE, unit.lat * KM_PER_DEGREE

    for unit in units:
        x, y = flat(unit)
        reach = REACH * math.sqrt(unit.area_km2 / math.pi)
        turns = [2 * math.pi * corner / CORNERS for corner in range(CORNERS)]
        ring = [(x + reach * math.cos(turn), y + reach * math.sin(turn)) for turn in turns]
        for other in units:
            if flat(other) != (x, y):
                ring = _nearer(ring, (x, y), flat(other))
        cell = tuple(
            (round(east / squeeze / KM_PER_DEGREE, 4), round(north / KM_PER_DEGREE, 4))
            for east, north in [*ring, ring[0]]
        )
        yield unit, (cell,)


def _nearer(ring: Sequence[Point], own: Point, other: Point) -> list[Point]:
    """The part of a convex ring that is nearer to ``own`` than to ``other``."""
    across = (other[0] - own[0], other[1] - own[1])
    middle = ((own[0] + other[0]) / 2, (own[1] + other[1]) / 2)

    def beyond(point: Point) -> float:
        return (point[0] - middle[0]) * across[0] + (point[1] - middle[1]) * across[1]

    kept: list[Point] = []
    for begin, end in pairwise([*ring, ring[0]]):
        at_begin, at_end = beyond(begin), beyond(end)
        if at_begin <= 0:
            kept.append(begin)
        if (at_begin < 0) != (at_end < 0) and at_begin != at_end:
            part = at_begin / (at_begin - at_end)
            kept.append(
                (begin[0] + part * (end[0] - begin[0]), begin[1] + part * (end[1] - begin[1]))
            )
    return kept
