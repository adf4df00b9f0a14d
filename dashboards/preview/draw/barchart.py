"""Bar chart: bars by name, side by side or stacked."""

from collections.abc import Sequence
from typing import Any

from dashboards.preview.draw.axes import chart, legend, tooltip, value_axis
from dashboards.preview.draw.drawing import Chart, Drawing, View, nothing
from dashboards.preview.draw.stat import no_value
from dashboards.preview.fields import FieldConfig, config_of, name_of
from dashboards.preview.frames import Column, Frame, Kind
from dashboards.preview.linking import facts_of
from dashboards.preview.model import Panel
from dashboards.preview.theme import LINE, TEXT, series_colour
from dashboards.preview.units import script
from dashboards.preview.values import colour_of, show

MOST_BARS = 60


def draw_barchart(panel: Panel, frames: Sequence[Frame], view: View) -> Drawing:
    """Draw the first frame with rows; ``xField``, else the first text or time, names the bars."""
    frame = next((one for one in frames if one.rows and one.of_kind(Kind.NUMBER)), None)
    names = _names(panel, frame) if frame else None
    if frame is None or names is None:
        return nothing(no_value(panel))
    frame = frame.take(range(min(frame.rows, MOST_BARS)))
    series = [
        _bars(panel, frame, column, index, view)
        for index, column in enumerate(
            one for one in frame.of_kind(Kind.NUMBER) if one.name != names.name
        )
    ]
    lying = panel.options.get("orientation") == "horizontal"
    config = config_of(panel.field_config, names)
    labels = [show(value, config, view.zone).text for value in names.values[: frame.rows]]
    first = next(one for one in frame.of_kind(Kind.NUMBER) if one.name != names.name)
    figures = value_axis(view, config_of(panel.field_config, first, frame.ref)) | {
        "position": "bottom" if lying else "left",
        "scale": False,
    }
    legend_names = [str(one["name"]) for one in series] if len(series) > 1 else []
    box, room = legend(view, panel.options, legend_names)
    axes = (
        (figures, _categories(view, labels, lying))
        if lying
        else (_categories(view, labels, lying), figures)
    )
    return Chart(
        chart(
            view,
            grid={"left": 10, "top": 14, **room, "right": 24, "containLabel": True},
            legend=box,
            tooltip=tooltip(view) | {"axisPointer": {"type": "shadow"}},
            xAxis=axes[0],
            yAxis=axes[1],
            series=series,
        )
    )


def _names(panel: Panel, frame: Frame) -> Column | None:
    wanted = panel.options.get("xField")
    by_name = next((one for one in frame.columns if one.name == wanted), None)
    return by_name or next(iter(frame.of_kind(Kind.TEXT)), None) or frame.time


def _categories(view: View, labels: list[str], lying: bool) -> dict[str, Any]:
    return {
        "type": "category",
        "data": labels,
        "inverse": lying,
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": LINE}},
        "axisLabel": {
            "color": TEXT,
            "fontSize": view.text_px,
            "interval": 0 if lying or len(labels) <= 12 else "auto",
            "hideOverlap": not lying,
            **({} if lying else {"width": 90, "overflow": "break"}),
        },
    }


def _bars(panel: Panel, frame: Frame, column: Column, index: int, view: View) -> dict[str, Any]:
    config = config_of(panel.field_config, column, frame.ref)
    stacking = panel.options.get("stacking") or "none"
    made: dict[str, Any] = {
        "type": "bar",
        "name": name_of(column, config),
        "data": [_bar(config, frame, column, row, index, view) for row in range(frame.rows)],
        "color": colour_of(None, config, series_colour(index)),
        "barMaxWidth": 34,
        "barCategoryGap": "32%",
        "tooltip": {":valueFormatter": script(config.unit, config.decimals)},
        "emphasis": {"disabled": True},
    }
    if panel.options.get("showValue") in ("always", "auto") and stacking == "none":
        lying = panel.options.get("orientation") == "horizontal"
        value = f"(bar) => ({script(config.unit, config.decimals)})(bar.value)"
        made["label"] = {
            "show": True,
            "position": "right" if lying else "top",
            "color": TEXT,
            "fontSize": view.text_px,
            ":formatter": value,
        }
        made["labelLayout"] = {"hideOverlap": True}
    if stacking != "none":
        made["stack"] = "all"
    return made


def _bar(
    config: FieldConfig, frame: Frame, column: Column, row: int, index: int, view: View
) -> dict[str, Any]:
    value = column.values[row]
    level = value if isinstance(value, int | float) else None
    bar: dict[str, Any] = {
        "value": "-" if level is None else level,
        "itemStyle": {
            "color": colour_of(level, config, series_colour(index)),
            "borderRadius": 2,
        },
    }
    link = view.links.first(config.links, facts_of(frame, row, value, str(value)))
    return bar | ({"link": link.url} if link else {})
