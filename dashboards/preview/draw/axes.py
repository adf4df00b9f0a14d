"""Axes, tooltips and legends that the charts share."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.preview.draw.drawing import View
from dashboards.preview.fields import FieldConfig
from dashboards.preview.model import Json
from dashboards.preview.theme import LINE, MUTED, SURFACE, TEXT
from dashboards.preview.units import least_step, script

FONT = "Roboto, 'Noto Sans', sans-serif"


def chart(view: View, **options: Any) -> dict[str, Any]:
    """The options of a chart, with those that all charts share."""
    return {
        "animation": False,
        "useUTC": True,
        "backgroundColor": "transparent",
        "textStyle": {"fontFamily": FONT, "fontSize": view.text_px, "color": MUTED},
        **options,
    }


def time_axis(view: View) -> dict[str, Any]:
    """A time axis of the whole chosen range, whatever data there is."""
    return {
        "type": "time",
        "min": view.axis_ms(view.time.start),
        "max": view.axis_ms(view.time.end),
        "axisLine": {"lineStyle": {"color": LINE}},
        "axisTick": {"show": False},
        "splitLine": {"show": False},
        "axisLabel": {
            "color": MUTED,
            "fontSize": view.text_px,
            "hideOverlap": True,
            "formatter": {
                "year": "{yyyy}",
                "month": "{MM}/{yyyy}",
                "day": "{dd}/{MM}",
                "hour": "{HH}:{mm}",
                "minute": "{HH}:{mm}",
                "second": "{HH}:{mm}:{ss}",
            },
        },
    }


def value_axis(view: View, config: FieldConfig, *, right: bool = False) -> dict[str, Any]:
    """An axis of figures in a field's unit. Data may exceed its soft limits."""
    custom = config.custom
    axis: dict[str, Any] = {
        "type": "value",
        "position": "right" if right else "left",
        "scale": custom.get("drawStyle") != "bars" and config.minimum is None,
        "splitNumber": 4,
        "name": custom.get("axisLabel") or "",
        "nameTextStyle": {"color": MUTED, "align": "right" if right else "left"},
        "axisLabel": {
            "color": MUTED,
            "fontSize": view.text_px,
            ":formatter": script(config.unit, config.decimals),
        },
        "splitLine": {"show": not right, "lineStyle": {"color": LINE, "opacity": 0.7}},
        "axisLine": {"show": False},
    }
    if (least := least_step(config.unit, config.decimals)) is not None:
        axis["minInterval"] = least
    low = config.minimum if config.minimum is not None else _soft("min", custom.get("axisSoftMin"))
    high = config.maximum if config.maximum is not None else _soft("max", custom.get("axisSoftMax"))
    for key, end in (("min", low), ("max", high)):
        if end is not None:
            axis[f":{key}" if isinstance(end, str) else key] = end
    return axis


def _soft(end: str, limit: object) -> str | None:
    if not isinstance(limit, int | float):
        return None
    return f"(data) => Math.{end}({limit}, isFinite(data.{end}) ? data.{end} : {limit})"


def tooltip(view: View, trigger: str = "axis") -> dict[str, Any]:
    """The options of the box at the pointer."""
    return {
        "trigger": trigger,
        "confine": True,
        "backgroundColor": SURFACE,
        "borderColor": LINE,
        "textStyle": {"color": TEXT, "fontSize": view.text_px},
        "axisPointer": {"type": "line", "lineStyle": {"color": MUTED, "type": "dashed"}},
    }


def legend(
    view: View, options: Json, names: Sequence[str], words: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The legend, and the room that the grid leaves for it.

    ``words`` maps names to longer texts for the legend, such as with the last value.
    """
    wanted = options.get("legend") or {}
    if wanted.get("showLegend") is False or wanted.get("displayMode") == "hidden" or len(names) < 1:
        return {"show": False}, {"bottom": 6, "right": 16}
    at_right = wanted.get("placement") == "right"
    made: dict[str, Any] = {
        "show": True,
        "type": "scroll",
        "data": list(names),
        "icon": "roundRect",
        "itemWidth": 14,
        "itemHeight": 4,
        "textStyle": {"color": TEXT, "fontSize": view.text_px},
        "pageTextStyle": {"color": MUTED},
        "pageIconColor": MUTED,
        "pageIconInactiveColor": LINE,
    }
    if words:
        made[":formatter"] = (
            f"(name) => ({json.dumps(dict(words), ensure_ascii=False)})[name] ?? name"
        )
    widest = max(len((words or {}).get(name, name)) for name in names)
    room = min(int(widest * view.text_px * 0.56) + 34, 320)
    if at_right:
        return made | {"orient": "vertical", "right": 8, "top": 4, "bottom": 4}, {
            "bottom": 6,
            "right": room + 12,
        }
    return made | {"bottom": 0, "left": 8, "right": 8}, {"bottom": view.text_px + 16, "right": 16}
