"""Bar gauge: a bar for each figure, its length between minimum and maximum."""

from collections.abc import Sequence
from html import escape

from dashboards.preview.draw.drawing import Drawing, Html, View, nothing
from dashboards.preview.draw.items import Item, items
from dashboards.preview.draw.markup import bar, linked
from dashboards.preview.draw.stat import no_value
from dashboards.preview.frames import Frame
from dashboards.preview.model import Panel

LONGEST_NAME = 26


def draw_bargauge(panel: Panel, frames: Sequence[Frame], view: View) -> Drawing:
    """Draw bars that stand if the orientation is vertical, else lie."""
    found = items(panel, frames, view)
    if not found:
        return nothing(no_value(panel))
    levels = tuple(item.shown.level for item in found if item.shown.level is not None)
    shape = "standing" if panel.options.get("orientation") == "vertical" else "lying"
    widest = max(len(item.shown.text) for item in found)
    names = min(max(len(item.name) for item in found), LONGEST_NAME)
    bars = "".join(_bar(item, levels) for item in found)
    return Html(
        f'<div class="bars {shape}" style="--rows:{len(found)};--name:{names};--value:{widest}">'
        f"{bars}</div>"
    )


def _bar(item: Item, levels: tuple[float, ...]) -> str:
    name, value = escape(item.name), escape(item.shown.text)
    css = "value missing" if item.shown.is_missing else "value"
    return (
        f'<div class="bar"><div class="name" title="{name}">{linked(name, item.link)}</div>'
        f"{bar(item.shown, item.config, levels)}"
        f'<div class="{css}" style="color:{item.shown.colour}">{value}</div></div>'
    )
