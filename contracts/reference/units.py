"""Units (the province and its districts, communes or wards), and its agencies: data, not code."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from contracts.errors import DataFileError
from contracts.reference.csv_file import read_rows

OPEN_END = date(2299, 12, 31)
"""The last day of a unit in force: the greatest date that ClickHouse supports."""


KIND_WORDS = {
    "province": "tỉnh",
    "city": "thành phố",
    "district": "huyện",
    "commune": "xã",
    "ward": "phường",
}
"""What people call the units of each kind."""


class Unit(BaseModel):
    """A province or one of its districts, in force between two dates."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(pattern=r"^[0-9]{2,5}$")
    slug: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name_vi: str = Field(min_length=1, max_length=80)
    kind: str = Field(pattern=rf"^({'|'.join(KIND_WORDS)})$")
    parent: str = ""
    population: int = Field(ge=0)
    area_km2: float = Field(gt=0)
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    valid_from: date
    valid_to: Annotated[date, BeforeValidator(lambda day: day or OPEN_END)] = OPEN_END


class Agency(BaseModel):
    """A provincial agency."""

    model_config = ConfigDict(frozen=True)

    slug: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name_vi: str = Field(min_length=1, max_length=120)
    kind: str


@dataclass(frozen=True)
class Units:
    """The province and its districts, in file order."""

    province: Unit
    districts: tuple[Unit, ...]

    @cached_property
    def codes(self) -> frozenset[str]:
        """Codes of the districts."""
        return frozenset(unit.code for unit in self.districts)

    @cached_property
    def accepted(self) -> frozenset[str]:
        """Codes that an event may carry: the districts', and the province's own.

        Events with the province's code count for the province, and in no district.
        """
        return self.codes | {self.province.code}

    @cached_property
    def shares(self) -> dict[str, float]:
        """Each district's share (0-1) of the population."""
        total = sum(unit.population for unit in self.districts)
        return {unit.code: unit.population / total for unit in self.districts}

    @cached_property
    def seat(self) -> Unit:
        """The district of the provincial agencies: the city, or else the most populous district.

        Their documents are filed under it.
        """
        return max(self.districts, key=lambda unit: (unit.kind == "city", unit.population))

    def __iter__(self) -> Iterator[Unit]:
        yield self.province
        yield from self.districts


def load_units(path: Path) -> Units:
    """Read the province (the one row without a parent) and its districts.

    Raises:
        DataFileError: the file can't be read, a code occurs twice, there is not exactly one
            province, a unit is not directly below it, or nobody lives there.
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
        raise DataFileError(
            f"{path}: unit {strays[0]} is not directly below the province {province.code}; the "
            "file holds units of one level, those that events name"
        )
    if not districts:
        raise DataFileError(f"{path}: holds no unit below the province {province.code}")
    if not any(unit.population for unit in districts):
        raise DataFileError(f"{path}: the population of all units is 0")
    return Units(province, districts)
