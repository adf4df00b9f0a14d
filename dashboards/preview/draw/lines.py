"""One curve as a series of ECharts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboards.preview.draw.drawing import View
from dashboards.preview.fields import FieldConfig
from dashboards.preview.frames import Column
from dashboards.preview.units import script

FEW_POINTS = 2
"""So few points are drawn as points, because they make no visible line."""


@dataclass(frozen=True)
class Series:
    """One curve and its times."""

    name: str
    column: Column
    times: Column
    config: FieldConfig
    colour: str


def line(series: Series, view: View, axis: int) -> dict[str, Any]:
    """A line, bars or points, as the field's ``custom`` says."""
    custom, tint = series.config.custom, series.colour
    style = str(custom.get("drawStyle") or "line")
    points = [[view.axis_ms(at), value] for at, value in _points(series)]
    there = sum(value is not None for _, value in points)
    made: dict[str, Any] = {
        "name": series.name,
        "type": {"bars": "bar", "points": "scatter"}.get(style, "line"),
        "yAxisIndex": axis,
        "data": points,
        "color": tint,
        "tooltip": {":valueFormatter": script(series.config.unit, series.config.decimals)},
        "emphasis": {"disabled": True},
    }
    if style == "line":
        made |= _stroke(custom, tint, is_sparse=there <= FEW_POINTS)
    elif style == "bars":
        made |= {"barMaxWidth": 26, "itemStyle": {"opacity": 0.85}, "large": False}
    stacking = custom.get("stacking") or {}
    if stacking.get("mode") in ("normal", "percent"):
        made["stack"] = f"{stacking.get('group') or 'A'}{axis}"
    return made


def _stroke(custom: Any, tint: str, *, is_sparse: bool) -> dict[str, Any]:
    interpolation = str(custom.get("lineInterpolation") or "linear")
    dash = (custom.get("lineStyle") or {}).get("fill") == "dash"
    made: dict[str, Any] = {
        "showSymbol": is_sparse or custom.get("showPoints") == "always",
        "symbolSize": 6,
        "symbol": "circle",
        "connectNulls": custom.get("spanNulls") is True,
        "smooth": 0.25 if interpolation == "smooth" else False,
        "lineStyle": {
            "width": max(float(custom.get("lineWidth") or 1), 1) + 0.5,
            "type": "dashed" if dash else "solid",
            "color": tint,
        },
    }
    if interpolation.startswith("step"):
        made["step"] = "end" if interpolation == "stepAfter" else "start"
    opacity = float(custom.get("fillOpacity") or 0) / 100
    if opacity:
        made["areaStyle"] = {"opacity": min(opacity, 0.6), "color": tint}
    return made


def _points(series: Series) -> Iterator[tuple[datetime, Any]]:
    """Times and values, with a break in each gap longer than the field's ``insertNulls`` (ms)."""
    limit = series.config.custom.get("insertNulls")
    before: datetime | None = None
    for at, value in zip(series.times.values, series.column.values, strict=True):
        if at is None:
            continue
        if before and isinstance(limit, int) and limit > 1:
            gap_ms = (at - before).total_seconds() * 1000
            if gap_ms > limit:
                yield before + (at - before) / 2, None
        before = at
        yield at, value
