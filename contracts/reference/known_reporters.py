"""The known reporters of each unit: the whole for the share that has been heard from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from contracts.reference.province import Reference

Known = Mapping[str, frozenset[str]]
"""Code of a district, or of the province -> tokens."""


def _by_district(placed: Iterable[tuple[str, str]]) -> Known:
    known: dict[str, set[str]] = defaultdict(set)
    for district, token in placed:
        known[district].add(token)
    return {district: frozenset(tokens) for district, tokens in known.items()}


def cameras_by_district(reference: Reference) -> Known:
    """The traffic cameras."""
    return _by_district((each.district, each.camera_id) for each in reference.cameras)


def schools_by_district(reference: Reference) -> Known:
    """The schools."""
    return _by_district((each.district, each.school_id) for each in reference.schools)


def health_units_by_district(reference: Reference) -> Known:
    """The health stations and hospitals."""
    return _by_district((each.district, each.unit_id) for each in reference.health_units)


def monitored_by_district(reference: Reference) -> Known:
    """The systems under watch."""
    return _by_district((each.district, each.system_id) for each in reference.monitored)


def platform_systems(reference: Reference) -> Known:
    """All systems on the platforms, which the province itself runs."""
    return _by_district((reference.units.province.code, each.system) for each in reference.platform)


def connected_systems(reference: Reference) -> Known:
    """The systems on the platforms whose connection is more than a trial."""
    province = reference.units.province.code
    return _by_district(
        (province, each.system) for each in reference.platform if each.connection == "connected"
    )


def population_by_district(reference: Reference) -> Mapping[str, int]:
    """The inhabitants of each district."""
    return {unit.code: unit.population for unit in reference.units.districts}
