"""Stat: figures as large as possible, with their trail."""

import math
from collections.abc import Sequence
from html import escape

from dashboards.preview.draw.drawing import Drawing, Html, View, nothing
from dashboards.preview.draw.items import Item, items
from dashboards.preview.draw.markup import linked, sparkline
from dashboards.preview.frames import Frame
from dashboards.preview.model import Json, Panel
from dashboards.preview.values import NO_VALUE

LEAST_LETTERS = 4
"""Shorter figures don't grow further, so that neighbours look alike."""


def draw_stat(panel: Panel, frames: Sequence[Frame], view: View) -> Drawing:
    """Draw a tile for each figure, in the number of columns that makes figures largest."""
    found = items(panel, frames, view)
    if not found:
        return nothing(no_value(panel))
    there = [item for item in found if not item.shown.is_missing] or found
    letters = max(LEAST_LETTERS, *(len(item.shown.text) for item in there))
    columns = _columns(panel, len(found), letters)
    tiles = "".join(_tile(item, panel.options, letters, several=len(found) > 1) for item in found)
    return Html(f'<div class="stats" style="--columns:{columns}">{tiles}</div>')


def _columns(panel: Panel, count: int, letters: int) -> int:
    """The number of columns. Grafana stacks horizontal tiles, and sets vertical ones in a row."""
    orientation = panel.options.get("orientation")
    if orientation in ("horizontal", "vertical"):
        return 1 if orientation == "horizontal" else count
    wide, high = panel.grid.pixels

    def letter(columns: int) -> float:
        return min(wide / columns / (letters * 0.56), high / math.ceil(count / columns) * 0.5)

    return max(range(1, count + 1), key=letter)


def no_value(panel: Panel) -> str:
    """The panel's own words for no data."""
    return escape(str((panel.field_config.get("defaults") or {}).get("noValue") or NO_VALUE))


def _tile(item: Item, options: Json, letters: int, *, several: bool) -> str:
    shown, colour = item.shown, item.shown.colour
    mode, colour_mode = options.get("textMode") or "auto", str(options.get("colorMode") or "value")
    with_name = mode in ("value_and_name", "name") or (mode == "auto" and several)
    name = f'<div class="name">{escape(item.name)}</div>' if with_name else ""
    is_ground = colour_mode.startswith("background") and not shown.is_missing
    tint = "inherit" if is_ground or colour_mode == "none" else colour
    size = max(len(shown.text), LEAST_LETTERS) if shown.is_missing else letters
    css = "figure missing" if shown.is_missing else "figure"
    value = linked(escape(shown.text), item.link)
    figure = f'<div class="{css}" style="--n:{size};color:{tint}">{value}</div>'
    trail = sparkline(item.trail, colour) if options.get("graphMode") != "none" else ""
    pair = f'<div class="pair">{name}{"" if mode in ("name", "none") else figure}</div>'
    ground = " ground" if is_ground else ""
    return f'<div class="tile{ground}" style="--tint:{colour}">{trail}{pair}</div>'
