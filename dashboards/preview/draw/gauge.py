"""Gauge: an arc from minimum to maximum, with thresholds on its outside."""

import math
from collections.abc import Sequence
from html import escape

from dashboards.preview.draw.drawing import Drawing, Html, View, nothing
from dashboards.preview.draw.items import Item, items
from dashboards.preview.draw.markup import linked
from dashboards.preview.draw.stat import no_value
from dashboards.preview.fields import FieldConfig
from dashboards.preview.frames import Frame
from dashboards.preview.model import Panel
from dashboards.preview.theme import LINE, colour
from dashboards.preview.units import write
from dashboards.preview.values import bounds, share_of

START, SWEEP = 210.0, 240.0
"""Degrees: the arc's beginning (anticlockwise from three o'clock), and its length."""


def draw_gauge(panel: Panel, frames: Sequence[Frame], view: View) -> Drawing:
    """Draw a dial for each figure."""
    found = items(panel, frames, view)
    if not found:
        return nothing(no_value(panel))
    dials = "".join(_dial(item, panel, named=len(found) > 1) for item in found)
    return Html(f'<div class="dials n{len(found)}">{dials}</div>')


def _dial(item: Item, panel: Panel, *, named: bool) -> str:
    shown, config = item.shown, item.config
    arcs = [_arc(0, 1, 40, 11, LINE)]
    if shown.level is not None:
        arcs.append(_arc(0, share_of(shown.level, config), 40, 11, shown.colour))
    if panel.options.get("showThresholdMarkers", True):
        arcs += [_arc(low, high, 47.6, 2.2, tint) for low, high, tint in _bands(config)]
    size = 19 if len(shown.text) <= 6 else max(5.5, 19 * 6 / len(shown.text))
    value = linked(escape(shown.text), item.link)
    name = f'<div class="name">{escape(item.name)}</div>' if named else ""
    labels = _ends(config) if panel.options.get("showThresholdLabels") else ""
    return (
        f'<div class="dial"><svg viewBox="0 0 100 82">{"".join(arcs)}{labels}'
        f'<text x="50" y="58" text-anchor="middle" font-size="{size:.1f}" fill="{shown.colour}" '
        f'class="dialvalue">{value}</text></svg>{name}</div>'
    )


def _bands(config: FieldConfig) -> list[tuple[float, float, str]]:
    """Beginning, end (shares) and colour of each threshold's band."""
    low, high = bounds(config)
    span = (high - low) or 1.0
    scale = 100.0 if config.thresholds.is_percentage else 0.0
    starts = [
        min(max(at / scale if scale else (at - low) / span, 0.0), 1.0)
        for at, _ in config.thresholds.steps
    ]
    ends = [*starts[1:], 1.0][: len(starts)]
    tints = [colour(name) for _, name in config.thresholds.steps]
    return [band for band in zip(starts, ends, tints, strict=True) if band[1] > band[0]]


def _ends(config: FieldConfig) -> str:
    low, high = bounds(config)
    return "".join(
        f'<text x="{x}" y="80" text-anchor="middle" class="dialend">'
        f"{escape(write(at, config.unit, 0))}</text>"
        for x, at in ((17, low), (83, high))
    )


def _arc(start: float, end: float, radius: float, width: float, tint: str) -> str:
    if end <= start:
        return ""
    (x0, y0), (x1, y1) = _point(start, radius), _point(end, radius)
    large = int((end - start) * SWEEP > 180)
    return (
        f'<path d="M {x0:.2f} {y0:.2f} A {radius} {radius} 0 {large} 1 {x1:.2f} {y1:.2f}" '
        f'fill="none" stroke="{tint}" stroke-width="{width}"/>'
    )


def _point(share: float, radius: float) -> tuple[float, float]:
    angle = math.radians(START - share * SWEEP)
    return 50 + radius * math.cos(angle), 52 - radius * math.sin(angle)
