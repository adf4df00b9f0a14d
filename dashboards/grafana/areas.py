"""The areas of the units as GeoJSON for Grafana's map."""

from pathlib import Path

import orjson

from contracts.reference.boundaries import Boundaries
from contracts.reference.units import Units

FILE = Path(__file__).parent.parent / "maps" / "units.geojson"
"""docker-compose.yml mounts its folder into Grafana."""
SKETCH = "Sơ đồ theo điểm trung tâm, không phải ranh giới"


def areas_json(boundaries: Boundaries, units: Units) -> str:
    """A FeatureCollection whose ids are the units' codes. A note marks a sketch."""
    features: list[dict[str, object]] = [
        {
            "type": "Feature",
            "id": unit.code,
            "properties": {"name_vi": unit.name_vi},
            "geometry": {"type": "MultiPolygon", "coordinates": boundaries.areas[unit.code]},
        }
        for unit in units.districts
    ]
    if boundaries.is_sketch:
        features.append(_note(boundaries))
    lines = b",\n".join(map(orjson.dumps, features))
    return f'{{"type":"FeatureCollection","features":[\n{lines.decode()}\n]}}\n'


def _note(boundaries: Boundaries) -> dict[str, object]:
    """A point with a text, below the middle of the map."""
    lons, lats = zip(*boundaries.corners, strict=True)
    place = [round((min(lons) + max(lons)) / 2, 4), round(min(lats), 4)]
    return {
        "type": "Feature",
        "id": "note",
        "properties": {"note": SKETCH},
        "geometry": {"type": "Point", "coordinates": place},
    }
