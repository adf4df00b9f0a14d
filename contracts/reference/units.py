"""Units (the province and its districts), agencies and cameras: data, not code."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from contracts.errors import DataFileError

Row = TypeVar("Row", bound=BaseModel)


class Unit(BaseModel):
    """A province or one of its districts, in force between two dates."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(pattern=r"^[0-9]{2,5}$")
    slug: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name_vi: str = Field(min_length=1, max_length=80)
    kind: str = Field(pattern=r"^(province|city|district|commune|ward)$")
    parent: str = ""
    population: int = Field(ge=0)
    area_km2: float = Field(gt=0)
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    valid_from: date
    valid_to: date


class Agency(BaseModel):
    """A provincial agency."""

    model_config = ConfigDict(frozen=True)

    slug: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name_vi: str = Field(min_length=1, max_length=120)
    kind: str


class Camera(BaseModel):
    """A traffic camera: its district and the speed limit (km/h) there."""

    model_config = ConfigDict(frozen=True)

    camera_id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    district: str
    road: str = Field(min_length=1, max_length=64)
    setting: str = Field(pattern=r"^(main|town|local)$")
    limit_kmh: int = Field(ge=20, le=120)
    lat: float
    lon: float


@dataclass(frozen=True)
class Units:
    """The province and its districts, in file order."""

    province: Unit
    districts: tuple[Unit, ...]

    @cached_property
    def codes(self) -> frozenset[str]:
        """Codes that an event may carry: those of districts, not the province's."""
        return frozenset(unit.code for unit in self.districts)

    @cached_property
    def shares(self) -> dict[str, float]:
        """Each district's share (0-1) of the population."""
        total = sum(unit.population for unit in self.districts)
        return {unit.code: unit.population / total for unit in self.districts}

    @cached_property
    def seat(self) -> Unit:
        """The district of the provincial agencies: the city, or else the most populous district.

        What the province as a whole reports is filed under it.
        """
        return max(self.districts, key=lambda unit: (unit.kind == "city", unit.population))

    def __iter__(self) -> Iterator[Unit]:
        yield self.province
        yield from self.districts


def read_rows(path: Path, model: type[Row]) -> list[Row]:
    """Read a CSV with a header line into models.

    Raises:
        DataFileError: the file is missing, not UTF-8, empty, or a row breaks the model's bounds.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            records = [(reader.line_num, record) for record in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataFileError(f"{path}: cannot be read: {error}") from None
    if not records:
        raise DataFileError(f"{path}: holds no rows below its header line")
    rows = []
    adapter = TypeAdapter(model)
    for line, record in records:
        try:
            rows.append(adapter.validate_python(record))
        except ValidationError as error:
            first = error.errors()[0]
            column = ".".join(map(str, first["loc"]))
            raise DataFileError(f"{path}, line {line}, column {column}: {first['msg']}") from None
    return rows


def load_units(path: Path) -> Units:
    """Read the province (the one row without a parent) and its districts.

    Raises:
        DataFileError: the file can't be read, a code is used twice, or there is not exactly one
            province.
    """
    rows = read_rows(path, Unit)
    codes = [unit.code for unit in rows]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise DataFileError(f"{path}: code {twice[0]} stands in more than one row")
    tops = [unit for unit in rows if not unit.parent]
    if len(tops) != 1:
        raise DataFileError(
            f"{path}: needs one row without a parent (the province), has {len(tops)}"
        )
    province = tops[0]
    districts = tuple(unit for unit in rows if unit.parent == province.code)
    if len(districts) != len(rows) - 1:
        strays = sorted(set(codes) - {province.code} - {unit.code for unit in districts})
        raise DataFileError(f"{path}: unit {strays[0]} is not below the province {province.code}")
    return Units(province, districts)


def load_agencies(path: Path) -> list[Agency]:
    """Read the provincial agencies. Raises DataFileError."""
    return read_rows(path, Agency)


def load_cameras(path: Path, units: Units) -> list[Camera]:
    """Read the cameras. Raises DataFileError, also if a camera is in an unknown district."""
    cameras = read_rows(path, Camera)
    for camera in cameras:
        if camera.district not in units.codes:
            raise DataFileError(
                f"{path}: camera {camera.camera_id} names district {camera.district}, "
                "which the units file does not hold"
            )
    return cameras
