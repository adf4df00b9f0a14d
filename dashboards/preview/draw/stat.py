"""Stat: figures as large as they fit, with their trail."""

from collections.abc import Sequence
from html import escape

from dashboards.preview.draw.drawing import Drawing, Html, View, nothing
from dashboards.preview.draw.items import Item, items
from dashboards.preview.draw.markup import linked, sparkline
from dashboards.preview.frames import Frame
from dashboards.preview.model import Json, Panel
from dashboards.preview.values import NO_VALUE

LEAST_LETTERS = 4
"""Figures shorter than this don't grow further, so that neighbours look alike."""


def draw_stat(panel: Panel, frames: Sequence[Frame], view: View) -> Drawing:
    """One tile for each figure."""
    found = items(panel, frames, view)
    if not found:
        return nothing(no_value(panel))
    options = panel.options
    letters = max(
        LEAST_LETTERS,
        *(len(item.shown.text) for item in found if not item.shown.is_missing or len(found) == 1),
        0,
    )
    tiles = "".join(_tile(item, options, letters, several=len(found) > 1) for item in found)
    direction = "column" if options.get("orientation") == "vertical" else "row"
    return Html(f'<div class="stats {direction} n{min(len(found), 12)}">{tiles}</div>')


def no_value(panel: Panel) -> str:
    """The panel's own words for no data."""
    return escape(str((panel.field_config.get("defaults") or {}).get("noValue") or NO_VALUE))


def _tile(item: Item, options: Json, letters: int, *, several: bool) -> str:
    mode = options.get("textMode") or "auto"
    with_name = mode in ("value_and_name", "name") or (mode == "auto" and several)
    name = f'<div class="name">{escape(item.name)}</div>' if with_name else ""
    is_ground = str(options.get("colorMode") or "value").startswith("background")
    colour = item.shown.colour
    css = "tile ground" if is_ground and not item.shown.is_missing else "tile"
    text_colour = "" if css.endswith("ground") or options.get("colorMode") == "none" else colour
    value = linked(escape(item.shown.text), item.link)
    size = len(item.shown.text) if item.shown.is_missing else letters
    figure = (
        ""
        if mode == "name" or mode == "none"
        else f'<div class="figure{" missing" if item.shown.is_missing else ""}"'
        f' style="--n:{max(size, LEAST_LETTERS)};color:{text_colour or "inherit"}">{value}</div>'
    )
    trail = sparkline(item.trail, colour) if options.get("graphMode") != "none" else ""
    return f'<div class="{css}" style="--tint:{colour}">{trail}{name}{figure}</div>'
