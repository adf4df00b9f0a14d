"""Text, rows, and kinds of panels that this page can't draw."""

from collections.abc import Sequence
from html import escape

from dashboards.grafana.variables import interpolate
from dashboards.preview.draw.drawing import Drawing, Html, Markdown, View
from dashboards.preview.frames import Frame
from dashboards.preview.model import Panel


def draw_text(panel: Panel, _frames: Sequence[Frame], view: View) -> Drawing:
    """Draw Markdown or HTML with the variables filled in."""
    content = interpolate(str(panel.options.get("content") or ""), view.links.selections)
    if panel.options.get("mode") == "html":
        return Html(f'<div class="text">{content}</div>')
    return Markdown(content)


def draw_row(_panel: Panel, _frames: Sequence[Frame], _view: View) -> Drawing:
    """Draw nothing: the page writes the title of a row."""
    return Html("")


def draw_unknown(panel: Panel, _frames: Sequence[Frame], _view: View) -> Drawing:
    """A sentence that names the kind of panel that can't be drawn here."""
    kind = escape(panel.kind)
    return Html(
        f'<div class="none">Bản xem trước chưa vẽ được loại bảng "{kind}"; Grafana vẽ được.</div>'
    )
