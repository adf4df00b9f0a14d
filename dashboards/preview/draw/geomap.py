"""Geomap: units as areas, or as points by latitude and longitude, with names and figures."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from contracts.reference.boundaries import Boundaries, Polygon
from dashboards.grafana.areas import SKETCH
from dashboards.preview.draw.drawing import Drawing, Html, View, nothing
from dashboards.preview.draw.labels import Box, place
from dashboards.preview.draw.markup import linked
from dashboards.preview.draw.projection import Projection, Size
from dashboards.preview.draw.stat import no_value
from dashboards.preview.fields import config_of
from dashboards.preview.frames import Column, Frame, Kind
from dashboards.preview.linking import Href, facts_of
from dashboards.preview.model import Json, Panel
from dashboards.preview.theme import colour, series_colour
from dashboards.preview.values import Shown, show

MARGIN = (56.0, 40.0)
AREA_MARGIN = (8.0, 24.0)
TEXT_PX = 17.0
PASSES = 3
"""Rounds in which labels make room for each other."""


@dataclass(frozen=True)
class Spot:
    """A unit on the drawing: a point, and its area if that is known.

    ``label`` is empty if the name of a point appears only under the pointer.
    """

    x: float
    y: float
    radius: float
    name: str
    label: str
    shown: Shown
    link: Href | None
    area: tuple[Polygon, ...] = ()


def draw_geomap(panel: Panel, frames: Sequence[Frame], view: View) -> Drawing:
    """Draw the areas that a layer colours by rows if they are known, else the markers."""
    layers: Sequence[Json] = panel.options.get("layers") or ()
    markers: Json = next((one for one in layers if one.get("type") != AREAS), {})
    found = next((one for one in frames if one.rows and _coordinates(one, markers)), None)
    if found is None:
        return nothing(no_value(panel))
    size = panel.grid.pixels
    by_area = next((one for one in layers if one.get("type") == AREAS), None)
    key = _named(found, (by_area or {}).get("config", {}).get("idField"))
    if key and view.boundaries:
        areas = _areas_by_row(view.boundaries, [str(code) for code in key.values])
        projection = Projection.of(view.boundaries.corners, size, AREA_MARGIN)
        spots = list(_spots(panel, found, markers, view, projection, areas))
        drawn = "".join(_area(spot, projection) for spot in spots)
        drawn += _names_that_fit(spots, projection)
        if view.boundaries.is_sketch:
            drawn += f'<text class="sketch" x="8" y="{size[1] - 8:.0f}">{SKETCH}</text>'
    else:
        drawn = _markers(panel, found, markers, view)
    return Html(
        f'<svg class="map" viewBox="0 0 {size[0]:.0f} {size[1]:.0f}" '
        f'preserveAspectRatio="xMidYMid meet">{_net(size)}{drawn}</svg>'
    )


AREAS = "dynamic-geojson"
"""Grafana's layer that colours areas by rows."""


def _markers(panel: Panel, frame: Frame, layer: Json, view: View) -> str:
    coordinates = _known(frame, layer).values()
    if not coordinates:
        return ""
    projection = Projection.of(coordinates, panel.grid.pixels, MARGIN)
    spots = list(_spots(panel, frame, layer, view, projection))
    marks = "".join(_mark(spot) for spot in sorted(spots, key=lambda one: -one.radius))
    boxes = [Box(p.x - p.radius, p.y - p.radius, p.x + p.radius, p.y + p.radius) for p in spots]
    labelled = [spot for spot in spots if spot.label]
    return marks + _labels(labelled, boxes, panel.grid.pixels)


def _areas_by_row(
    boundaries: Boundaries, codes: Sequence[str]
) -> Mapping[int, tuple[Polygon, ...]]:
    return {
        row: boundaries.areas[code] for row, code in enumerate(codes) if code in boundaries.areas
    }


def _coordinates(frame: Frame, layer: Json) -> tuple[Column, Column] | None:
    location = layer.get("location") or {}
    lat = _named(frame, location.get("latitude"), ("lat", "latitude"))
    lon = _named(frame, location.get("longitude"), ("lon", "lng", "longitude"))
    return (lat, lon) if lat and lon else None


def _known(frame: Frame, layer: Json) -> dict[int, tuple[float, float]]:
    """Row -> longitude and latitude, for rows that have both."""
    coordinates = _coordinates(frame, layer)
    if coordinates is None:
        return {}
    lats, lons = (column.values for column in coordinates)
    return {
        row: (float(lon), float(lat))
        for row, (lat, lon) in enumerate(zip(lats, lons, strict=True))
        if lat is not None and lon is not None
    }


def _named(frame: Frame, name: Any, usual: Sequence[str] = ()) -> Column | None:
    names = (name,) if name else usual
    return next((one for one in frame.columns if one.name in names), None)


def _spots(
    panel: Panel,
    frame: Frame,
    layer: Json,
    view: View,
    projection: Projection,
    areas: Mapping[int, tuple[Polygon, ...]] = {},
) -> Iterator[Spot]:
    coordinates = _coordinates(frame, layer)
    if coordinates is None:
        return
    style = (layer.get("config") or {}).get("style") or {}
    by_colour = _named(frame, (style.get("color") or {}).get("field"))
    text = _named(frame, (style.get("text") or {}).get("field"))
    title = _title(frame) or text
    figure = by_colour or next(
        (one for one in frame.of_kind(Kind.NUMBER) if one not in coordinates), None
    )
    config = config_of(panel.field_config, figure or coordinates[0], frame.ref)
    fixed = colour((style.get("color") or {}).get("fixed"), series_colour(0))
    sizes = _sizes(frame, style, panel.grid.pixels)
    for row, (lon, lat) in _known(frame, layer).items():
        value = figure.values[row] if figure else None
        shown = show(value, config, view.zone, fixed) if figure else Shown("", fixed)
        link = view.links.first(config.links, facts_of(frame, row, value, shown.text))
        name = str(title.values[row]) if title else ""
        label = str(text.values[row]) if text else name
        x, y = projection.at(lon, lat)
        yield Spot(x, y, sizes[row], name, label, shown, link, areas.get(row, ()))


def _title(frame: Frame) -> Column | None:
    """The column with names: one whose title says so, else the first text."""
    texts = frame.of_kind(Kind.TEXT)
    named = [one for one in texts if "name" in one.name or "tên" in one.name.lower()]
    return next(iter((*named, *texts)), None)


def _sizes(frame: Frame, style: Json, ground: Size) -> list[float]:
    """The radius of each point. Its area grows with the figure; all shrink if they are many."""
    size = style.get("size") or {}
    low, high = float(size.get("min") or 6), float(size.get("max") or 18)
    room = 0.3 * math.sqrt(ground[0] * ground[1] / frame.rows)
    low, high = low * min(1, room / high), min(high, room)
    by_size = _named(frame, size.get("field"))
    if by_size is None:
        return [min(float(size.get("fixed") or 9) + 2, room)] * frame.rows
    values = [value if isinstance(value, int | float) else 0 for value in by_size.values]
    most = max(values, default=0) or 1
    return [low + (high - low) * math.sqrt(max(value, 0) / most) for value in values]


def _tip(spot: Spot) -> str:
    return escape(f"{spot.name}: {spot.shown.text}" if spot.shown.text else spot.name)


def _area(spot: Spot, projection: Projection) -> str:
    """An area in the colour of its figure; only an outline if there is none."""
    fill = "none" if spot.shown.is_missing else spot.shown.colour
    shape = (
        f'<path class="area" d="{projection.path(spot.area)}" fill="{fill}" '
        f'pointer-events="all"><title>{_tip(spot)}</title></path>'
    )
    return linked(shape, spot.link)


def _names_that_fit(spots: Sequence[Spot], projection: Projection) -> str:
    """The names of areas that are wide and high enough, in their middle."""
    names = without_common_word([spot.name for spot in spots])
    taken: list[Box] = []
    written = []
    for spot, name in zip(spots, names, strict=True):
        if not spot.area:
            continue
        around = projection.box(spot.area)
        wide = TEXT_PX * 0.58 * len(name)
        box = Box(spot.x - wide / 2, spot.y - TEXT_PX / 2, spot.x + wide / 2, spot.y + TEXT_PX / 2)
        fits = wide <= around.right - around.left and around.bottom - around.top >= TEXT_PX
        if fits and not any(box.overlap(other) for other in taken):
            taken.append(box)
            written.append(
                f'<text class="place inside" x="{spot.x:.1f}" y="{spot.y + TEXT_PX / 3:.1f}" '
                f'font-size="{TEXT_PX:.0f}">{escape(name)}</text>'
            )
    return "".join(written)


def _mark(point: Spot) -> str:
    tint = point.shown.colour
    ring = "none" if point.shown.is_missing else tint
    circle = (
        f'<circle cx="{point.x:.1f}" cy="{point.y:.1f}" r="{point.radius:.1f}" fill="{ring}" '
        f'fill-opacity=".55" stroke="{tint}" stroke-width="2"><title>{_tip(point)}</title></circle>'
    )
    return linked(circle, point.link)


def _labels(points: Sequence[Spot], marks: list[Box], ground: Size) -> str:
    """Name and figure beside each point, where they cover the least."""
    names = without_common_word([point.label for point in points])
    boxes: list[Box] = []
    for turn in range(PASSES * len(points)):
        index = turn % len(points)
        point, name = points[index], names[index]
        wide = TEXT_PX * 0.58 * max(len(name), len(point.shown.text))
        others = [box for at, box in enumerate(boxes) if at != index]
        box = place(
            (point.x, point.y), point.radius + 5, (wide, 2.5 * TEXT_PX), marks + others, ground
        )
        boxes[index : index + 1] = [box]
    return "".join(map(_label, points, names, boxes))


def _label(point: Spot, name: str, box: Box) -> str:
    place_at = f'x="{box.left:.1f}" y="{box.top + TEXT_PX:.1f}" font-size="{TEXT_PX:.0f}"'
    return (
        f'<text {place_at} class="place">'
        f'<tspan>{escape(name)}</tspan><tspan x="{box.left:.1f}" dy="1.2em" '
        f'class="placevalue" fill="{point.shown.colour}">{escape(point.shown.text)}</tspan></text>'
    )


def without_common_word(names: Sequence[str]) -> list[str]:
    """The names without the first word that most of them share, such as «Huyện»."""
    words = Counter(name.split(" ", 1)[0] for name in names if " " in name)
    word, count = words.most_common(1)[0] if words else ("", 0)
    if count * 2 <= len(names):
        return list(names)
    return [name.removeprefix(f"{word} ") for name in names]


def _net(size: Size) -> str:
    """A faint grid, which makes the background look like a map."""
    wide, high = int(size[0]), int(size[1])
    upright = "".join(f'<path d="M{x} 0V{high}"/>' for x in range(wide % 80 // 2, wide + 1, 80))
    level = "".join(f'<path d="M0 {y}H{wide}"/>' for y in range(high % 80 // 2, high + 1, 80))
    return f'<g class="net">{upright}{level}</g>'
