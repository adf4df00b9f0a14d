"""Reference data of the province: a folder of CSV files, read once by each process."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from contracts.errors import DataFileError
from contracts.reference.csv_file import read_rows
from contracts.reference.reporters import (
    Camera,
    HealthUnit,
    MonitoredSystem,
    PlatformSystem,
    School,
    Site,
)
from contracts.reference.units import Agency, Units, load_units
from contracts.settings import DATA, Settings

Row = TypeVar("Row", bound=BaseModel)

SHIPPED = tuple(sorted(path.name for path in DATA.iterdir() if path.is_dir()))
"""The folders of reference data that come with the project."""
UNITS = "units.csv"
TARGETS = "targets.csv"
"""Plans, read by contracts.reference.targets: they name indicators, which are unknown here."""
FILES: dict[str, tuple[type[BaseModel], str]] = {
    "agencies.csv": (Agency, "slug"),
    "cameras.csv": (Camera, "camera_id"),
    "health-units.csv": (HealthUnit, "unit_id"),
    "monitored-systems.csv": (MonitoredSystem, "system_id"),
    "platform-systems.csv": (PlatformSystem, "system"),
    "schools.csv": (School, "school_id"),
    "sites.csv": (Site, "site_id"),
}
"""Name of each file except that of the units -> its model, and the column that identifies rows."""


@dataclass(frozen=True)
class Reference:
    """The province: its units and agencies, and the reporters located there."""

    units: Units
    agencies: tuple[Agency, ...]
    cameras: tuple[Camera, ...]
    schools: tuple[School, ...]
    health_units: tuple[HealthUnit, ...]
    sites: tuple[Site, ...]
    monitored: tuple[MonitoredSystem, ...]
    platform: tuple[PlatformSystem, ...]


def reference_folder(settings: Settings) -> Path:
    """The folder that IOC_REFERENCE names. Raises DataFileError if there is none."""
    named = settings.reference
    folder = DATA / named if named in SHIPPED else Path(named)
    if not folder.is_dir():
        raise DataFileError(
            f"IOC_REFERENCE={named}: is neither a folder nor one of {', '.join(SHIPPED)}"
        )
    return folder


def load_reference(settings: Settings) -> Reference:
    """Read the folder that the settings name.

    A missing file counts as empty, except those of the units and the agencies.

    Raises:
        DataFileError: a file can't be read or is not one of reference data, a token occurs twice,
            or a row names a district that the file of units lacks.
    """
    folder = reference_folder(settings)
    _refuse_strangers(folder)
    units = load_units(folder / UNITS)

    def read(model: type[Row], *, needed: bool = False) -> tuple[Row, ...]:
        name, column = next((name, key) for name, (of, key) in FILES.items() if of is model)
        path = folder / name
        if not needed and not path.exists():
            return ()
        rows = read_rows(path, model)
        _refuse_twice(path, column, (str(getattr(row, column)) for row in rows))
        _refuse_elsewhere(path, column, rows, units)
        return tuple(rows)

    return Reference(
        units=units,
        agencies=read(Agency, needed=True),
        cameras=read(Camera),
        schools=read(School),
        health_units=read(HealthUnit),
        sites=read(Site),
        monitored=read(MonitoredSystem),
        platform=read(PlatformSystem),
    )


def _refuse_strangers(folder: Path) -> None:
    own = (UNITS, *FILES, TARGETS)
    for path in sorted(folder.glob("*.csv")):
        if path.name not in own:
            raise DataFileError(f"{path}: is no file of reference data; these are {', '.join(own)}")


def _refuse_twice(path: Path, column: str, tokens: Iterable[str]) -> None:
    token, count = Counter(tokens).most_common(1)[0]
    if count > 1:
        raise DataFileError(f"{path}: {column} {token} stands in more than one row")


def _refuse_elsewhere(path: Path, column: str, rows: Iterable[BaseModel], units: Units) -> None:
    for row in rows:
        district = getattr(row, "district", None)
        if district is not None and district not in units.codes:
            raise DataFileError(
                f"{path}: {column} {getattr(row, column)} names district {district}, which "
                f"{path.with_name(UNITS)} does not hold"
            )
