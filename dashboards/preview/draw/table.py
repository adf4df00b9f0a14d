"""Table: cells with units, thresholds as coloured text or ground, bars, and links."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboards.preview.draw.drawing import Drawing, Html, View, nothing
from dashboards.preview.draw.markup import linked
from dashboards.preview.draw.stat import no_value
from dashboards.preview.fields import FieldConfig, config_of, name_of
from dashboards.preview.frames import Column, Frame, Kind
from dashboards.preview.linking import facts_of
from dashboards.preview.model import Panel
from dashboards.preview.theme import TEXT
from dashboards.preview.transforming import sorted_by
from dashboards.preview.values import Shown, bounds, show

MOST_ROWS = 200


@dataclass(frozen=True)
class _Head:
    """A column that is shown, with its title and config."""

    column: Column
    config: FieldConfig
    title: str

    @property
    def align(self) -> str:
        own = self.config.custom.get("align") or "auto"
        usual = "right" if self.column.kind is Kind.NUMBER else "left"
        return usual if own == "auto" else str(own)

    @property
    def cell_kind(self) -> str:
        options = self.config.custom.get("cellOptions") or {}
        return str(options.get("type") or self.config.custom.get("displayMode") or "auto")


def draw_table(panel: Panel, frames: Sequence[Frame], view: View) -> Drawing:
    """The first frame that has rows; its first 200 rows."""
    frame = next((one for one in frames if one.rows), None)
    if frame is None:
        return nothing(no_value(panel))
    for one in reversed(panel.options.get("sortBy") or ()):
        frame = sorted_by(
            frame, _column_called(panel, frame, str(one["displayName"])), one.get("desc")
        )
    heads = _heads(panel, frame)
    body = "".join(_row(heads, frame, row, view) for row in range(min(frame.rows, MOST_ROWS)))
    more = frame.rows - MOST_ROWS
    foot = f'<div class="more">còn {more} dòng nữa</div>' if more > 0 else ""
    titles = "" if panel.options.get("showHeader") is False else _titles(heads)
    return Html(f'<div class="table"><table>{titles}<tbody>{body}</tbody></table>{foot}</div>')


def _heads(panel: Panel, frame: Frame) -> list[_Head]:
    heads = []
    for column in frame.columns:
        config = config_of(panel.field_config, column, frame.ref)
        hidden = config.custom.get("hidden") or (config.custom.get("hideFrom") or {}).get("viz")
        if not hidden:
            heads.append(_Head(column, config, name_of(column, config)))
    return heads


def _column_called(panel: Panel, frame: Frame, title: str) -> str:
    """The name of the column that is shown under this title."""
    titles = {name_of(one, config_of(panel.field_config, one)): one.name for one in frame.columns}
    return titles.get(title, title)


def _titles(heads: Sequence[_Head]) -> str:
    cells = []
    for head in heads:
        width = head.config.custom.get("width")
        style = f"text-align:{head.align}" + (f";width:{int(width)}px" if width else "")
        cells.append(f'<th style="{style}">{escape(head.title)}</th>')
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def _row(heads: Sequence[_Head], frame: Frame, row: int, view: View) -> str:
    return f"<tr>{''.join(_cell(head, frame, row, view) for head in heads)}</tr>"


def _cell(head: _Head, frame: Frame, row: int, view: View) -> str:
    value = head.column.values[row]
    shown = show(value, head.config, view.zone, TEXT)
    href = view.links.first(head.config.links, facts_of(frame, row, value, shown.text))
    text = linked(escape(shown.text), href)
    css, style = head.cell_kind, f"text-align:{head.align}"
    if shown.is_missing:
        return f'<td class="missing" style="{style}">{text}</td>'
    if css == "gauge" and shown.level is not None:
        text = _bar(head, shown, text)
    elif css.startswith("color-background"):
        text = f'<span class="chip" style="--tint:{shown.colour}">{text}</span>'
    elif css == "color-text":
        style += f";color:{shown.colour}"
    return f'<td style="{style}">{text}</td>'


def _bar(head: _Head, shown: Shown, text: str) -> str:
    levels = tuple(v for v in head.column.values if isinstance(v, int | float))
    low, high = bounds(head.config, levels)
    level = shown.level or 0.0
    share = 0.0 if high <= low else min(max((level - low) / (high - low), 0.0), 1.0)
    return (
        f'<div class="cellbar"><div class="track"><div class="fill" style="--share:{100 * share:.1f}%;'
        f'background:{shown.colour}"></div></div><span style="color:{shown.colour}">{text}</span></div>'
    )
