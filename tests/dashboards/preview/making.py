"""Dashboards, panels and frames for tests, as small as they can be."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from contracts.reference.boundaries import Boundaries
from dashboards.grafana.times import TimeRange
from dashboards.grafana.variables import Selection
from dashboards.preview.draw.drawing import Html, Mark, View
from dashboards.preview.frames import Column, Frame, Kind
from dashboards.preview.linking import Links
from dashboards.preview.model import Dashboard, Panel, read_dashboard
from dashboards.preview.state import State

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
"""12:00 in Hanoi."""
SHARE_STEPS: list[dict[str, Any]] = [
    {"value": None, "color": "#D55E00"},
    {"value": 0.9, "color": "#F0E442"},
    {"value": 0.95, "color": "#009E73"},
]


def panel(kind: str, **changes: Any) -> Panel:
    """A panel of 12 × 8, read as from a file."""
    raw = {"id": 1, "type": kind, "title": "T", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}}
    made = read_dashboard({"uid": "u", "title": "t", "panels": [raw | changes]})
    return made.panels[0]


def dashboard(**changes: Any) -> Dashboard:
    """A dashboard, read as from a file."""
    return read_dashboard({"uid": "u", "title": "t", "timezone": "Asia/Ho_Chi_Minh"} | changes)


def frame(**columns: Sequence[Any]) -> Frame:
    """A frame. The first value of a column that is not None decides its kind."""
    return Frame("A", tuple(Column(name, _kind(v), tuple(v)) for name, v in columns.items()))


def view(
    hours: int = 6,
    selections: Mapping[str, Selection] | None = None,
    marks: tuple[Mark, ...] = (),
    *,
    kiosk: bool = False,
    boundaries: Boundaries | None = None,
) -> View:
    """A look at the hours before noon."""
    start = NOON.replace(hour=NOON.hour + 24 - hours, day=24) if hours > 5 else NOON
    state = State("u", f"now-{hours}h", "now", 30.0, {"district": ("148",)}, kiosk=kiosk)
    links = Links(state, selections or {})
    return View(TimeRange(start, NOON), HANOI, links, marks, wall=kiosk, boundaries=boundaries)


def markup(drawing: object) -> str:
    """The markup of a drawing that has to be one of HTML."""
    assert isinstance(drawing, Html)
    return drawing.markup


def _kind(values: Sequence[Any]) -> Kind:
    first = next((value for value in values if value is not None), "")
    if isinstance(first, datetime):
        return Kind.TIME
    return Kind.NUMBER if isinstance(first, int | float) else Kind.TEXT
