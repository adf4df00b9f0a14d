"""Heat map: times across, a row for each series, brightness for the figure."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dashboards.preview.draw.axes import chart, tooltip
from dashboards.preview.draw.drawing import Chart, Drawing, View, nothing
from dashboards.preview.draw.stat import no_value
from dashboards.preview.fields import config_of, name_of
from dashboards.preview.frames import Frame, Kind
from dashboards.preview.model import Panel
from dashboards.preview.theme import LINE, MUTED, SURFACE, TEXT, scale_of
from dashboards.preview.units import script

Cells = list[list[Any]]


def draw_heatmap(panel: Panel, frames: Sequence[Frame], view: View) -> Drawing:
    """Draw the first frame with a time; every column of numbers becomes a row of cells."""
    frame = next((one for one in frames if one.time and one.rows), None)
    if frame is None or frame.time is None:
        return nothing(no_value(panel))
    rows = frame.of_kind(Kind.NUMBER)
    cells = [
        [at, row, value]
        for row, column in enumerate(rows)
        for at, value in enumerate(column.values)
        if value is not None
    ]
    if not cells:
        return nothing(no_value(panel))
    configs = [config_of(panel.field_config, one, frame.ref) for one in rows]
    names = [name_of(one, config, rows) for one, config in zip(rows, configs, strict=True)]
    times = _labels(frame.time.values, view)
    unit = str((panel.options.get("cellValues") or {}).get("unit") or configs[0].unit)
    decimals = (panel.options.get("cellValues") or {}).get("decimals", configs[0].decimals)
    return Chart(
        chart(
            view,
            grid={"left": 10, "top": 10, "bottom": 6, "right": 96, "containLabel": True},
            tooltip=tooltip(view, "item"),
            xAxis=_axis(view, times),
            yAxis=_axis(view, names)
            | {"inverse": bool((panel.options.get("yAxis") or {}).get("reverse"))},
            visualMap=_scale(panel, cells, view, script(unit, decimals)),
            series=[_series(cells, times, names, script(unit, decimals))],
        )
    )


def _labels(times: Sequence[datetime], view: View) -> list[str]:
    """Local times: dates if all are midnights, hours within one day, else both."""
    local = [at.astimezone(view.zone) for at in times]
    if all((at.hour, at.minute) == (0, 0) for at in local):
        pattern = "%d/%m"
    elif view.time.end - view.time.start <= timedelta(days=1):
        pattern = "%H:%M"
    else:
        pattern = "%d/%m %H:%M"
    return [at.strftime(pattern) for at in local]


def _axis(view: View, names: list[str]) -> dict[str, Any]:
    return {
        "type": "category",
        "data": names,
        "axisLine": {"lineStyle": {"color": LINE}},
        "axisTick": {"show": False},
        "axisLabel": {"color": MUTED, "fontSize": view.text_px, "hideOverlap": True},
    }


def _scale(panel: Panel, cells: Cells, view: View, number: str) -> dict[str, Any]:
    wanted = panel.options.get("color") or {}
    values = [float(cell[2]) for cell in cells]
    low, high = wanted.get("min"), wanted.get("max")
    colours = list(scale_of(str(wanted.get("scheme") or "blues")))
    return {
        "type": "continuous",
        "min": min(0.0, *values) if low is None else low,
        "max": (max(values) or 1.0) if high is None else high,
        "calculable": False,
        "orient": "vertical",
        "right": 8,
        "top": "middle",
        "itemWidth": 12,
        "textStyle": {"color": MUTED, "fontSize": view.text_px},
        "inRange": {"color": colours[::-1] if wanted.get("reverse") else colours},
        ":formatter": number,
    }


def _series(cells: Cells, times: list[str], names: list[str], number: str) -> dict[str, Any]:
    where = (
        "(cell) => `${cell.name} · ${NAMES[cell.value[1]]}<br><b>${(NUMBER)(cell.value[2])}</b>`"
    )
    listed = json.dumps([name.replace("<", "‹") for name in names], ensure_ascii=False)
    return {
        "type": "heatmap",
        "data": cells,
        "progressive": 0,
        "itemStyle": {"borderColor": SURFACE, "borderWidth": 1},
        "emphasis": {"itemStyle": {"borderColor": TEXT}},
        "tooltip": {":formatter": where.replace("NAMES", listed).replace("NUMBER", number)},
        "name": f"{len(times)} × {len(names)}",
    }
