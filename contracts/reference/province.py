"""Reference data of the province; each process that needs it loads it once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.reference.units import Agency, Camera, Units, load_agencies, load_cameras, load_units
from contracts.settings import Settings


@dataclass(frozen=True)
class Reference:
    """Units, agencies and cameras."""

    units: Units
    agencies: tuple[Agency, ...]
    cameras: tuple[Camera, ...]


def load_reference(settings: Settings) -> Reference:
    """Read the files that the settings name. Raises DataFileError."""
    units = load_units(settings.units_file)
    return Reference(
        units=units,
        agencies=tuple(load_agencies(settings.agencies_file)),
        cameras=tuple(load_cameras(settings.cameras_file, units)),
    )


def by_district(
    reference: Reference, placed: Iterable[tuple[str, str]]
) -> Mapping[str, frozenset[str]]:
    """District -> ids, from pairs (district, id). Leaves out districts not in the units file."""
    known: dict[str, set[str]] = defaultdict(set)
    for district, id_ in placed:
        if district in reference.units.codes:
            known[district].add(id_)
    return {district: frozenset(ids) for district, ids in known.items()}


def cameras_by_district(reference: Reference) -> Mapping[str, frozenset[str]]:
    """The ids of the known cameras of each district."""
    return by_district(reference, ((each.district, each.camera_id) for each in reference.cameras))
