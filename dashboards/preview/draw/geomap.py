"""Geomap: points by latitude and longitude on an empty ground, each with its name and figure."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dashboards.preview.draw.drawing import Drawing, Html, View, nothing
from dashboards.preview.draw.labels import Box, place
from dashboards.preview.draw.markup import linked
from dashboards.preview.draw.stat import no_value
from dashboards.preview.fields import config_of
from dashboards.preview.frames import Column, Frame, Kind
from dashboards.preview.linking import Href, facts_of
from dashboards.preview.model import Json, Panel
from dashboards.preview.theme import colour, series_colour
from dashboards.preview.values import Shown, show

MARGIN_X, MARGIN_Y = 56.0, 40.0
TEXT_PX = 17.0
PASSES = 3
"""Rounds in which labels make room for each other."""
Size = tuple[float, float]


@dataclass(frozen=True)
class Point:
    """A place on the drawing; ``label`` is empty where its name shows on pointing alone."""

    x: float
    y: float
    radius: float
    name: str
    label: str
    shown: Shown
    link: Href | None


def draw_geomap(panel: Panel, frames: Sequence[Frame], view: View) -> Drawing:
    """The markers of the first layer."""
    layer: Json = next(iter(panel.options.get("layers") or ()), {})
    found = next((one for one in frames if one.rows and _coordinates(one, layer)), None)
    if found is None:
        return nothing(no_value(panel))
    size = panel.grid.pixels
    points = list(_points(panel, found, layer, view))
    boxes = [Box(p.x - p.radius, p.y - p.radius, p.x + p.radius, p.y + p.radius) for p in points]
    marks = "".join(_mark(point) for point in sorted(points, key=lambda one: -one.radius))
    labels = _labels([point for point in points if point.label], boxes, size)
    return Html(
        f'<svg class="map" viewBox="0 0 {size[0]:.0f} {size[1]:.0f}" '
        f'preserveAspectRatio="xMidYMid meet">{_net(size)}{marks}{labels}</svg>'
    )


def _coordinates(frame: Frame, layer: Json) -> tuple[Column, Column] | None:
    location = layer.get("location") or {}
    lat = _named(frame, location.get("latitude"), ("lat", "latitude"))
    lon = _named(frame, location.get("longitude"), ("lon", "lng", "longitude"))
    return (lat, lon) if lat and lon else None


def _named(frame: Frame, name: Any, usual: Sequence[str] = ()) -> Column | None:
    names = (name,) if name else usual
    return next((one for one in frame.columns if one.name in names), None)


def _points(panel: Panel, frame: Frame, layer: Json, view: View) -> Iterator[Point]:
    coordinates = _coordinates(frame, layer)
    if coordinates is None:
        return
    lat, lon = coordinates
    style = (layer.get("config") or {}).get("style") or {}
    by_colour = _named(frame, (style.get("color") or {}).get("field"))
    text = _named(frame, (style.get("text") or {}).get("field"))
    title = _title(frame) or text
    figure = by_colour or next(
        (one for one in frame.of_kind(Kind.NUMBER) if one not in (lat, lon)), None
    )
    config = config_of(panel.field_config, figure or lat, frame.ref)
    fixed = colour((style.get("color") or {}).get("fixed"), series_colour(0))
    sizes = _sizes(frame, style, panel.grid.pixels)
    for row, (x, y) in _projected(lat.values, lon.values, panel.grid.pixels):
        value = figure.values[row] if figure else None
        shown = show(value, config, view.zone, fixed) if figure else Shown("", fixed)
        link = view.links.first(config.links, facts_of(frame, row, value, shown.text))
        name = str(title.values[row]) if title else ""
        label = str(text.values[row]) if text else name
        yield Point(x, y, sizes[row], name, label, shown, link)


def _title(frame: Frame) -> Column | None:
    """The column that names a place: one that reads so, else the first text."""
    texts = frame.of_kind(Kind.TEXT)
    named = [one for one in texts if "name" in one.name or "tên" in one.name.lower()]
    return next(iter((*named, *texts)), None)


def _sizes(frame: Frame, style: Json, ground: Size) -> list[float]:
    """Radius of each point; its area grows with the figure, and all shrink where they are many."""
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


def _projected(
    lats: Sequence[Any], lons: Sequence[Any], size: Size
) -> Iterator[tuple[int, tuple[float, float]]]:
    """Row, and place on the drawing: equirectangular about the middle, the same scale both ways."""
    known = [
        (row, float(lat), float(lon))
        for row, (lat, lon) in enumerate(zip(lats, lons, strict=True))
        if lat is not None and lon is not None
    ]
    if not known:
        return
    south, north = min(k[1] for k in known), max(k[1] for k in known)
    west, east = min(k[2] for k in known), max(k[2] for k in known)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
    scale = min((size[0] - 2 * MARGIN_X) / wide, (size[1] - 2 * MARGIN_Y) / high)
    left, top = (size[0] - wide * scale) / 2, (size[1] - high * scale) / 2
    for row, lat, lon in known:
        yield row, (left + (lon - west) * squeeze * scale, top + (north - lat) * scale)


def _mark(point: Point) -> str:
    tip = f"{point.name}: {point.shown.text}" if point.shown.text else point.name
    tint = point.shown.colour
    ring = "none" if point.shown.is_missing else tint
    circle = (
        f'<circle cx="{point.x:.1f}" cy="{point.y:.1f}" r="{point.radius:.1f}" fill="{ring}" '
        f'fill-opacity=".55" stroke="{tint}" stroke-width="2"><title>{escape(tip)}</title></circle>'
    )
    return linked(circle, point.link)


def _labels(points: Sequence[Point], marks: list[Box], ground: Size) -> str:
    """Name and figure beside each point, where they cover as little as can be."""
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


def _label(point: Point, name: str, box: Box) -> str:
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
    """A quiet net, so that the ground reads as a map."""
    wide, high = int(size[0]), int(size[1])
    upright = "".join(f'<path d="M{x} 0V{high}"/>' for x in range(wide % 80 // 2, wide + 1, 80))
    level = "".join(f'<path d="M0 {y}H{wide}"/>' for y in range(high % 80 // 2, high + 1, 80))
    return f'<g class="net">{upright}{level}</g>'
