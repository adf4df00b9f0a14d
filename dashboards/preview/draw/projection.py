"""Maps longitude and latitude to a drawing."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from contracts.reference.boundaries import Point, Polygon
from dashboards.preview.draw.labels import Box

Size = tuple[float, float]


@dataclass(frozen=True)
class Projection:
    """An equirectangular projection around the middle of the map, at one scale."""

    left: float
    top: float
    west: float
    north: float
    scale_x: float
    scale_y: float

    @classmethod
    def of(cls, points: Iterable[Point], size: Size, margin: Size) -> "Projection":
        """The projection that fits at least one point into ``size`` less the margins."""
        lons, lats = zip(*points, strict=True)
        south, north, west, east = min(lats), max(lats), min(lons), max(lons)
        squeeze = math.cos(math.radians((south + north) / 2))
        wide, high = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
        scale = min((size[0] - 2 * margin[0]) / wide, (size[1] - 2 * margin[1]) / high)
        left, top = (size[0] - wide * scale) / 2, (size[1] - high * scale) / 2
        return cls(left, top, west, north, squeeze * scale, scale)

    def at(self, lon: float, lat: float) -> Point:
        """The point on the drawing; x grows to the right, y downwards."""
        return (
            self.left + (lon - self.west) * self.scale_x,
            self.top + (self.north - lat) * self.scale_y,
        )

    def path(self, polygons: Iterable[Polygon]) -> str:
        """The outline of an area as an SVG path."""
        rings = (ring for polygon in polygons for ring in polygon)
        return "".join(
            "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (self.at(*point) for point in ring)) + "Z"
            for ring in rings
        )

    def box(self, polygons: Iterable[Polygon]) -> Box:
        """The rectangle around an area."""
        xs, ys = zip(
            *(self.at(*point) for polygon in polygons for point in polygon[0]), strict=True
        )
        return Box(min(xs), min(ys), max(xs), max(ys))
