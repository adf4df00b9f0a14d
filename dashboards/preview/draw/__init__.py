"""Drawings: pure functions from a panel and its frames to what the page shows."""

from collections.abc import Sequence

from dashboards.preview.draw.barchart import draw_barchart
from dashboards.preview.draw.bargauge import draw_bargauge
from dashboards.preview.draw.drawing import Draw, Drawing, View
from dashboards.preview.draw.geomap import draw_geomap
from dashboards.preview.draw.heatmap import draw_heatmap
from dashboards.preview.draw.stat import draw_stat
from dashboards.preview.draw.statetimeline import draw_statetimeline
from dashboards.preview.draw.table import draw_table
from dashboards.preview.draw.text import draw_row, draw_text, draw_unknown
from dashboards.preview.draw.timeseries import draw_timeseries
from dashboards.preview.frames import Frame
from dashboards.preview.model import Panel

KINDS: dict[str, Draw] = {
    "stat": draw_stat,
    "bargauge": draw_bargauge,
    "timeseries": draw_timeseries,
    "barchart": draw_barchart,
    "table": draw_table,
    "state-timeline": draw_statetimeline,
    "heatmap": draw_heatmap,
    "geomap": draw_geomap,
    "text": draw_text,
    "row": draw_row,
}


def draw(panel: Panel, frames: Sequence[Frame], view: View) -> Drawing:
    """Draw a panel of any kind; for an unknown kind, a sentence that says so."""
    return KINDS.get(panel.kind, draw_unknown)(panel, frames, view)
