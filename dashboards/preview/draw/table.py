"""Table: cells with units, coloured text or background by thresholds, bars, and links."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboards.preview.draw.drawing import Drawing, Html, View, nothing
from dashboards.preview.draw.markup import bar, linked
from dashboards.preview.draw.stat import no_value
from dashboards.preview.fields import FieldConfig, config_of, name_of
from dashboards.preview.frames import Column, Frame, Kind
from dashboards.preview.linking import facts_of
from dashboards.preview.model import Panel
from dashboards.preview.theme import TEXT
from dashboards.preview.values import Shown, show

MOST_ROWS = 1_000
ROW_PX = 22
"""The least height of a row. A table scrolls if its rows are higher than the panel."""
LETTER_PX, LETTER_PX_ON_WALL = 7.4, 9.6
LAPTOP_SHARE = 1366 / 1920
"""A laptop's share of a wall's width, on which figures must still be readable."""


@dataclass(frozen=True)
class _Head:
    """A visible column with its title and config."""

    column: Column
    config: FieldConfig
    title: str

    @property
    def align(self) -> str:
        own = self.config.custom.get("align") or "auto"
        usual = "right" if self.column.kind is Kind.NUMBER else "left"
        return usual if own == "auto" else str(own)

    @property
    def width(self) -> float:
        """Its configured pixels, of a wall's 1920; 0: as many as it needs."""
        return float(self.config.custom.get("width") or 0)

    @property
    def frame(self) -> float:
        """The width of a cell's frame, in letters."""
        return 4.3 if self.cell_kind.startswith("color-background") else 2.2

    @property
    def cell_kind(self) -> str:
        options = self.config.custom.get("cellOptions") or {}
        return str(options.get("type") or self.config.custom.get("displayMode") or "auto")


def draw_table(panel: Panel, frames: Sequence[Frame], view: View) -> Drawing:
    """Draw the first 1,000 rows of the first frame that has rows. Many rows scroll."""
    frame = next((one for one in frames if one.rows), None)
    if frame is None:
        return nothing(no_value(panel))
    for one in reversed(panel.options.get("sortBy") or ()):
        name = _column_called(panel, frame, str(one["displayName"]))
        frame = _sorted_by(frame, name, bool(one.get("desc")))
    heads = _heads(panel, frame)
    widths = _widths(heads, frame, panel, view)
    rows = range(min(frame.rows, MOST_ROWS))
    body = "".join(_row(heads, widths, frame, row, view) for row in rows)
    height = panel.grid.pixels[1]
    scrolls = frame.rows * ROW_PX > height
    fitting = round(height / (1.7 * ROW_PX)) if scrolls else frame.rows
    titles = "" if panel.options.get("showHeader") is False else _titles(heads)
    columns = f"<colgroup>{_columns(widths)}</colgroup>"
    table = f"<table>{columns}{titles}<tbody>{body}</tbody></table>"
    foot = _foot(frame.rows) if scrolls else ""
    return Html(f'<div class="table" style="--rows:{fitting}">{table}{foot}</div>')


def _foot(rows: int) -> str:
    """The number of rows, visible while they scroll."""
    more = rows - MOST_ROWS
    left_out = f", còn {more} dòng nữa không hiện" if more > 0 else ""
    return f'<div class="more">{rows} dòng, cuộn để xem hết{left_out}</div>'


def _heads(panel: Panel, frame: Frame) -> list[_Head]:
    heads = []
    for column in frame.columns:
        config = config_of(panel.field_config, column, frame.ref)
        hidden = config.custom.get("hidden") or (config.custom.get("hideFrom") or {}).get("viz")
        if not hidden:
            heads.append(_Head(column, config, name_of(column, config)))
    return heads


def _column_called(panel: Panel, frame: Frame, title: str) -> str:
    """The name of the column with this title."""
    titles = {name_of(one, config_of(panel.field_config, one)): one.name for one in frame.columns}
    return titles.get(title, title)


def _sorted_by(frame: Frame, name: str, descending: bool) -> Frame:
    """The frame ordered by a column, missing values last; unchanged without that column."""
    column = next((one for one in frame.columns if one.name == name), None)
    if column is None:
        return frame
    rows = range(frame.rows)
    present = [row for row in rows if column.values[row] is not None]
    present.sort(key=lambda row: column.values[row], reverse=descending)
    return frame.take([*present, *(row for row in rows if column.values[row] is None)])


def _titles(heads: Sequence[_Head]) -> str:
    cells = (f'<th style="text-align:{one.align}">{escape(one.title)}</th>' for one in heads)
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def _widths(heads: Sequence[_Head], frame: Frame, panel: Panel, view: View) -> Sequence[float]:
    """The width of each column in letters: as configured, or a part of what the others leave."""
    letter_px = LETTER_PX_ON_WALL if view.wall else LETTER_PX / LAPTOP_SHARE
    given = [head.width / letter_px for head in heads]
    free = [head for head in heads if not head.width]
    wanted = [_letters(head, min(frame.rows, MOST_ROWS), view) for head in free]
    room = panel.grid.pixels[0] / letter_px
    shared = iter(share_out(wanted, room - sum(given)))
    widths = [width or next(shared) for width in given]
    stretch = max(1.0, room / (sum(widths) or 1))
    return [width * stretch for width in widths]


def _columns(widths: Sequence[float]) -> str:
    whole = sum(widths) or 1
    return "".join(f'<col style="width:{100 * width / whole:.2f}%">' for width in widths)


def _letters(head: _Head, rows: int, view: View) -> float:
    """The letters that a column needs for its longest text and for its title's longest word."""
    values = (show(head.column.values[row], head.config, view.zone) for row in range(rows))
    texts = (one.text.split()[-1] if one.is_missing else one.text for one in values)
    word = max((len(one) for one in head.title.split()), default=0)
    return (
        max(word, math.ceil(len(head.title) / 3.4), *(len(text) for text in texts), 2) + head.frame
    )


def share_out(wanted: Sequence[float], room: float) -> list[float]:
    """Divide a room: each gets what it wants; if that is too much, the largest get equal parts."""
    left, given = room, dict.fromkeys(range(len(wanted)), 0.0)
    for number, index in enumerate(sorted(given, key=lambda one: wanted[one])):
        given[index] = min(wanted[index], max(left, 0.0) / (len(wanted) - number))
        left -= given[index]
    return [given[index] for index in range(len(wanted))]


def _row(
    heads: Sequence[_Head], widths: Sequence[float], frame: Frame, row: int, view: View
) -> str:
    pairs = zip(heads, widths, strict=True)
    return f"<tr>{''.join(_cell(head, width, frame, row, view) for head, width in pairs)}</tr>"


def _cell(head: _Head, width: float, frame: Frame, row: int, view: View) -> str:
    value = head.column.values[row]
    shown = show(value, head.config, view.zone, TEXT)
    href = view.links.first(head.config.links, facts_of(frame, row, value, shown.text))
    text = linked(escape(shown.text), href)
    if len(shown.text) > width - head.frame:  # show it whole in a narrower form
        wrapped = "long" if head.column.kind is Kind.TEXT and " " in shown.text else "tight"
        text = f'<span class="{wrapped}">{text}</span>'
    css, style = head.cell_kind, f"text-align:{head.align}"
    tip = f' title="{escape(shown.text)}"' if head.column.kind is Kind.TEXT else ""
    if shown.is_missing:
        return f'<td class="missing" style="{style}">{text}</td>'
    if css == "gauge" and shown.level is not None:
        text = _bar(head, shown, text)
    elif css.startswith("color-background"):
        text = f'<span class="chip" style="--tint:{shown.colour}">{text}</span>'
    elif css == "color-text":
        style += f";color:{shown.colour}"
    return f'<td style="{style}"{tip}>{text}</td>'


def _bar(head: _Head, shown: Shown, text: str) -> str:
    levels = tuple(v for v in head.column.values if isinstance(v, int | float))
    drawn = bar(shown, head.config, levels)
    return f'<div class="cellbar">{drawn}<span style="color:{shown.colour}">{text}</span></div>'
