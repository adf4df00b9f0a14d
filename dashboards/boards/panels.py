"""Panels: a title, a description, a statement, and a kind of picture."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from grafana_foundation_sdk.models import (
    barchart,
    bargauge,
    common,
    heatmap,
    statetimeline,
    timeseries,
)
from grafana_foundation_sdk.models import (
    stat as stat_options,
)
from grafana_foundation_sdk.models import (
    table as table_options,
)
from grafana_foundation_sdk.models import (
    text as text_options,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardLink,
    DashboardLinkType,
    FieldColorModeId,
    FieldConfig,
    FieldConfigSource,
    GridPos,
    Panel,
    RowPanel,
)

from dashboards.boards.clickhouse import SOURCE, Asking, Format
from dashboards.boards.fields import Column, Link, defaults, override
from dashboards.boards.look import COUNT, STATE, TEXT, Look

MAX_ID = 1_000_000
_SPECIAL, BACKSLASHED = re.compile(r"([.*+?^${}()|\[\]\\/])"), r"\\\1"
"""Special characters of a browser's regular expressions, and their escaped form."""
MOST_DRAWN = 12
"""Units that a chart draws; tables have them all."""
SERIES_POINTS = 300
"""Limit for the points of a series; a screen shows no more of so many series."""


@dataclass(frozen=True)
class Spot:
    """The position of a panel. A screen is 24 columns wide, and a row is 38 pixels high."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Head:
    """The common fields of panels; ``key`` names one within its dashboard and never changes."""

    key: str
    title: str
    description: str
    spot: Spot

    @property
    def id(self) -> int:
        """The panel's id. It follows from the key, so other panels may move or be added."""
        return panel_id(self.key)


def panel_id(key: str) -> int:
    """The id that follows from a panel's key."""
    return 1 + crc32(key.encode()) % MAX_ID


class _PagedTable(table_options.Options):
    """A table in pages, which shows the number of rows. The SDK does not know that option."""

    def to_json(self) -> dict[str, object]:
        options = {**super().to_json(), "enablePagination": True}
        del options["footer"]  # newer Grafanas have none
        return options


def _panel(
    head: Head,
    kind: str,
    options: object,
    config: FieldConfig,
    asking: Asking,
    columns: Sequence[Column] = (),
) -> Panel:
    spot = head.spot
    return Panel(
        type_val=kind,
        id_val=head.id,
        title=head.title,
        description=head.description,
        datasource=SOURCE,
        targets=[asking.build()],
        grid_pos=GridPos(h=spot.height, w=spot.width, x=spot.x, y=spot.y),
        options=options,
        field_config=FieldConfigSource(
            defaults=config, overrides=[override(column) for column in columns]
        ),
    )


def stat(head: Head, sql: str, columns: Sequence[Column], *, is_vertical: bool = False) -> Panel:
    """A big figure for each column of one row."""
    options = stat_options.Options(
        graph_mode=common.BigValueGraphMode.NONE,
        color_mode=common.BigValueColorMode.BACKGROUND_SOLID,
        text_mode=common.BigValueTextMode.VALUE_AND_NAME,
        reduce_options=common.ReduceDataOptions(calcs=["last"], fields="/.*/", values=False),
        orientation=common.VizOrientation.HORIZONTAL if is_vertical else common.VizOrientation.AUTO,
    )
    config = defaults(TEXT, FieldColorModeId.THRESHOLDS)
    return _panel(head, "stat", options, config, Asking(sql), columns)


def table(head: Head, sql: str, columns: Sequence[Column], *, is_tall: bool = False) -> Panel:
    """A table of rows in the statement's order."""
    height = common.TableCellHeight.MD if is_tall else common.TableCellHeight.SM
    options = _PagedTable(show_header=True, cell_height=height, sort_by=[])
    custom = common.TableFieldOptions(
        align=common.FieldTextAlignment.AUTO, inspect=False, filterable=True
    )
    config = defaults(TEXT, FieldColorModeId.THRESHOLDS, custom)
    return _panel(head, "table", options, config, Asking(sql), columns)


def series(head: Head, sql: str, look: Look, *, is_stacked: bool = False) -> Panel:
    """Lines over time, one for each value of the label ``series``; or stacked bars."""
    options = timeseries.Options(
        legend=common.VizLegendOptions(
            display_mode=common.LegendDisplayMode.LIST,
            placement=common.LegendPlacement.BOTTOM,
            show_legend=True,
        ),
        tooltip=common.VizTooltipOptions(
            mode=common.TooltipDisplayMode.MULTI, sort=common.SortOrder.DESCENDING
        ),
    )
    custom = _bars() if is_stacked else _lines(look)
    config = defaults(look, FieldColorModeId.PALETTE_CLASSIC, custom)
    config.display_name = "${__field.labels.series}"
    panel = _panel(head, "timeseries", options, config, Asking(sql, Format.TIME_SERIES))
    panel.max_data_points = SERIES_POINTS
    panel.interval = "1m"
    return panel


def _lines(look: Look) -> common.GraphFieldConfig:
    mode = (
        common.GraphThresholdsStyleMode.DASHED
        if look.coloured
        else common.GraphThresholdsStyleMode.OFF
    )
    return common.GraphFieldConfig(
        draw_style=common.GraphDrawStyle.LINE,
        line_width=2,
        fill_opacity=0,
        show_points=common.VisibilityMode.AUTO,
        span_nulls=False,
        thresholds_style=common.GraphThresholdsStyleConfig(mode),
    )


def _bars() -> common.GraphFieldConfig:
    return common.GraphFieldConfig(
        draw_style=common.GraphDrawStyle.BARS,
        line_width=0,
        fill_opacity=80,
        stacking=common.StackingConfig(common.StackingMode.NORMAL, "A"),
    )


def leading(panel: Panel, link: Link) -> Panel:
    """Put a link into the panel's head; return the panel."""
    kind = DashboardLinkType.LINK
    panel.links = [DashboardLink(title=link.title, type_val=kind, url=link.url, tags=[])]
    return panel


def bars(head: Head, sql: str, value: Column, *, link: Link | None = None) -> Panel:
    """A bar for each row, named by the row's first text, in the statement's order."""
    escaped = _SPECIAL.sub(BACKSLASHED, value.name)
    options = bargauge.Options(
        display_mode=common.BarGaugeDisplayMode.BASIC,
        value_mode=common.BarGaugeValueMode.TEXT,
        orientation=common.VizOrientation.HORIZONTAL,
        show_unfilled=True,
        reduce_options=common.ReduceDataOptions(
            values=True,
            limit=MOST_DRAWN,
            calcs=["last"],
            fields=f"/^{escaped}$/",
        ),
    )
    config = defaults(value.look, FieldColorModeId.THRESHOLDS)
    columns = [replace(value, link=link)] if link else []
    return _panel(head, "bargauge", options, config, Asking(sql), columns)


def states(head: Head, sql: str) -> Panel:
    """States over time, one row for each value of the label ``series``."""
    options = statetimeline.Options(
        show_value=common.VisibilityMode.AUTO,
        row_height=0.85,
        merge_values=True,
        legend=common.VizLegendOptions(
            display_mode=common.LegendDisplayMode.LIST,
            placement=common.LegendPlacement.BOTTOM,
            show_legend=True,
        ),
        tooltip=common.VizTooltipOptions(mode=common.TooltipDisplayMode.SINGLE),
    )
    custom = {"fillOpacity": 85, "lineWidth": 0, "spanNulls": False}
    config = defaults(STATE, FieldColorModeId.THRESHOLDS, custom)
    config.display_name = "${__field.labels.series}"
    panel = _panel(head, "state-timeline", options, config, Asking(sql, Format.TIME_SERIES))
    panel.max_data_points = SERIES_POINTS
    panel.interval = "1m"
    return panel


def words(head: Head, markdown: str) -> Panel:
    """A text in Markdown."""
    options = text_options.Options(mode=text_options.TextMode.MARKDOWN, content=markdown)
    config = defaults(TEXT, FieldColorModeId.THRESHOLDS)
    panel = _panel(head, "text", options, config, Asking(""))
    panel.targets = []
    return panel


def columns(head: Head, sql: str, x: str, value: Column) -> Panel:
    """A column for each row, along the texts of ``x``, in the statement's order."""
    options = barchart.Options(
        x_field=x,
        orientation=common.VizOrientation.VERTICAL,
        show_value=common.VisibilityMode.NEVER,
        x_tick_label_rotation=-45,
        x_tick_label_spacing=100,
        legend=common.VizLegendOptions(
            display_mode=common.LegendDisplayMode.HIDDEN,
            placement=common.LegendPlacement.BOTTOM,
            show_legend=False,
        ),
        tooltip=common.VizTooltipOptions(mode=common.TooltipDisplayMode.SINGLE),
    )
    custom = {"fillOpacity": 80, "lineWidth": 0}
    config = defaults(value.look, FieldColorModeId.THRESHOLDS, custom)
    return _panel(head, "barchart", options, config, Asking(sql))


def heat(head: Head, sql: str) -> Panel:
    """Counts by time (horizontally) and by column (vertically), as shades."""
    options = heatmap.Options(
        calculate=False,
        cell_gap=1,
        color=heatmap.HeatmapColorOptions(
            mode=heatmap.HeatmapColorMode.SCHEME, scheme="Viridis", steps=64
        ),
        y_axis=heatmap.YAxisConfig(unit="suffix: giờ"),
        legend=heatmap.HeatmapLegend(show=True),
        tooltip=heatmap.HeatmapTooltip(mode=common.TooltipDisplayMode.SINGLE),
    )
    config = defaults(COUNT, FieldColorModeId.THRESHOLDS)
    return _panel(head, "heatmap", options, config, Asking(sql, Format.TIME_SERIES))


def row(key: str, title: str, panels: list[Panel], spot: Spot) -> RowPanel:
    """A collapsed row of panels."""
    return RowPanel(
        collapsed=True,
        title=title,
        id_val=panel_id(key),
        grid_pos=GridPos(h=spot.height, w=spot.width, x=spot.x, y=spot.y),
        panels=panels,
    )
