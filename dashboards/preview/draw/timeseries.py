"""Time series: lines, bars and points over time, with thresholds and annotations."""

from collections.abc import Sequence

from dashboards.preview.draw.axes import chart, legend, time_axis, tooltip, value_axis
from dashboards.preview.draw.drawing import Chart, Drawing, View, nothing
from dashboards.preview.draw.lines import Series, line
from dashboards.preview.draw.marks import mark_areas, mark_lines
from dashboards.preview.draw.stat import no_value
from dashboards.preview.fields import FieldConfig, config_of, name_of
from dashboards.preview.frames import Frame, Kind
from dashboards.preview.model import Json, Panel
from dashboards.preview.reducing import NAMES, reduce
from dashboards.preview.theme import series_colour
from dashboards.preview.values import colour_of, show


def draw_timeseries(panel: Panel, frames: Sequence[Frame], view: View) -> Drawing:
    """Draw all numbers of all frames that have a time."""
    series = curves(panel, frames)
    if not any(value is not None for one in series for value in one.column.values):
        return nothing(no_value(panel))
    units = list(dict.fromkeys(_axis_of(one.config) for one in series))[:2]
    axes = [
        value_axis(
            view, next(one.config for one in series if _axis_of(one.config) == unit), right=at > 0
        )
        for at, unit in enumerate(units)
    ]
    names = [one.name for one in series]
    box, room = legend(view, panel.options, names, _legend_words(panel.options, series, view))
    drawn = [
        line(one, view, units.index(_axis_of(one.config)) if _axis_of(one.config) in units else 0)
        for one in series
    ]
    drawn[0] |= {
        "markLine": mark_lines(series[0].config, view),
        "markArea": mark_areas(series[0].config, view),
    }
    right = room["right"] + (8 if len(units) > 1 else 0)
    grid = {"left": 10, "top": 14, **room, "right": right, "containLabel": True}
    return Chart(
        chart(
            view,
            grid=grid,
            legend=box,
            tooltip=tooltip(view),
            xAxis=time_axis(view),
            yAxis=axes,
            series=drawn,
        )
    )


def curves(panel: Panel, frames: Sequence[Frame]) -> list[Series]:
    """The visible curves, in the order of queries and columns."""
    columns = [one for frame in frames if frame.time for one in frame.of_kind(Kind.NUMBER)]
    found: list[Series] = []
    for frame in frames:
        for column in frame.of_kind(Kind.NUMBER) if frame.time else ():
            config = config_of(panel.field_config, column, frame.ref)
            if frame.time and not (config.custom.get("hideFrom") or {}).get("viz"):
                name = _unique(name_of(column, config, columns), found)
                tint = colour_of(None, config, series_colour(len(found)))
                found.append(Series(name, column, frame.time, config, tint))
    return found


def _unique(name: str, found: Sequence[Series]) -> str:
    taken = {one.name for one in found}
    return name if name not in taken else f"{name} {len(found) + 1}"


def _axis_of(config: FieldConfig) -> tuple[str, str]:
    return str(config.custom.get("axisPlacement") or "auto"), config.unit


def _legend_words(options: Json, series: Sequence[Series], view: View) -> dict[str, str]:
    """Names followed by the calculations that the legend shows."""
    wanted = (options.get("legend") or {}).get("calcs") or ()

    def figure(one: Series, name: str) -> str:
        shown = show(reduce(one.column.values, name), one.config, view.zone)
        return f"{NAMES.get(name, name)} {shown.text}"

    return {
        one.name: "  ".join((one.name, *(figure(one, name) for name in wanted)))
        for one in series
        if wanted
    }
