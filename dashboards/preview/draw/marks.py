"""Annotations as vertical lines and bands, thresholds as horizontal ones."""

from typing import Any

from dashboards.preview.draw.drawing import View
from dashboards.preview.fields import FieldConfig
from dashboards.preview.theme import TEXT, colour

MOST_MARKS = 100


def mark_lines(config: FieldConfig, view: View) -> dict[str, Any]:
    """A line for each annotation, and for each threshold if the field shows these as lines."""
    lines: list[dict[str, Any]] = [
        {
            "xAxis": view.axis_ms(mark.at),
            "name": mark.text,
            "lineStyle": {"color": mark.colour, "type": "dashed", "width": 1.2},
        }
        for mark in view.marks[:MOST_MARKS]
    ]
    if "line" in _style(config) or "dashed" in _style(config):
        lines += [
            {
                "yAxis": at,
                "name": "ngưỡng",
                "lineStyle": {
                    "color": colour(name),
                    "type": "dashed" if "dashed" in _style(config) else "solid",
                    "opacity": 0.7,
                    "width": 1.2,
                },
            }
            for at, name in config.thresholds.steps
            if at != float("-inf")
        ]
    return {
        "silent": False,
        "symbol": "none",
        "label": {"show": False},
        "tooltip": {"formatter": "{b}", "textStyle": {"color": TEXT}},
        "data": lines,
    }


def mark_areas(config: FieldConfig, view: View) -> dict[str, Any]:
    """A band for each annotation with an end, and for each threshold if shown as areas."""
    bands: list[list[dict[str, Any]]] = [
        [
            {"xAxis": view.axis_ms(mark.at), "itemStyle": {"color": mark.colour, "opacity": 0.12}},
            {"xAxis": view.axis_ms(mark.until)},
        ]
        for mark in view.marks[:MOST_MARKS]
        if mark.until
    ]
    if "area" in _style(config):
        steps = config.thresholds.steps
        ends = [at for at, _ in steps[1:]]
        for (low, name), high in zip(steps, [*ends, None], strict=True):
            start = {} if low == float("-inf") else {"yAxis": low}
            tint = {"itemStyle": {"color": colour(name), "opacity": 0.06}}
            bands.append([start | tint, {} if high is None else {"yAxis": high}])
    return {"silent": True, "data": [band for band in bands if band[0].keys() | band[1].keys()]}


def _style(config: FieldConfig) -> str:
    return str((config.custom.get("thresholdsStyle") or {}).get("mode") or "off")
