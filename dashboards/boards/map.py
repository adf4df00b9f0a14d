"""The map: units as coloured areas with points. It loads nothing from the internet."""

from collections.abc import Sequence

from grafana_foundation_sdk.models import common, geomap
from grafana_foundation_sdk.models.dashboard import (
    DashboardFieldConfigSourceOverrides,
    DynamicConfigValue,
    FieldColorModeId,
    FieldConfigSource,
    GridPos,
    MatcherConfig,
    Panel,
)

from dashboards.boards.clickhouse import SOURCE, Asking
from dashboards.boards.fields import Link, defaults
from dashboards.boards.look import STATE
from dashboards.boards.palette import UNKNOWN
from dashboards.boards.panels import Head

EMPTY_TILE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
"""A transparent pixel as the base map. Grafana needs one, and without an address it would take
one from the internet."""


AREAS = "public/maps/ioc/units.geojson"
"""The path at which Grafana serves the areas; docker-compose.yml mounts dashboards/maps there."""


def units_map(head: Head, sql: str, links: Sequence[Link]) -> Panel:
    """A map of rows with code, lat, lon, "Địa phương", "Mức" (a state) and "Điểm" (the size)."""
    spot = head.spot
    look = STATE
    config = defaults(look, FieldColorModeId.THRESHOLDS)
    linked = DashboardFieldConfigSourceOverrides(
        matcher=MatcherConfig("byName", "Địa phương"),
        properties=[DynamicConfigValue("links", list(links))],
    )
    return Panel(
        type_val="geomap",
        id_val=head.id,
        title=head.title,
        description=head.description,
        datasource=SOURCE,
        targets=[Asking(sql).build()],
        grid_pos=GridPos(h=spot.height, w=spot.width, x=spot.x, y=spot.y),
        options=geomap.Options(
            view=geomap.MapViewConfig(id_val="fit", lat=0, lon=0, zoom=9, padding=25),
            controls=geomap.ControlsOptions(
                show_zoom=False, mouse_wheel_zoom=False, show_attribution=False
            ),
            basemap=common.MapLayerOptions(
                type_val="xyz", name="Nền", config={"url": EMPTY_TILE, "attribution": ""}
            ),
            layers=[_areas(), _markers()],
            tooltip=geomap.TooltipOptions(geomap.TooltipMode.DETAILS),
        ),
        field_config=FieldConfigSource(defaults=config, overrides=[linked]),
    )


def _areas() -> common.MapLayerOptions:
    """The areas. Grafana calls this type of layer alpha, which only hides it in the editor."""
    line = {
        "color": {"fixed": "text"},
        "opacity": 0.1,
        "lineWidth": 1,
        "size": {"fixed": 1},
        "text": {"mode": "field", "field": "note", "fixed": ""},
        "textConfig": {"fontSize": 12},
    }
    return common.MapLayerOptions(
        type_val="dynamic-geojson",
        name="Ranh giới",
        tooltip=True,
        config={
            "src": AREAS,
            "idField": "code",
            "style": line,
            "dataStyle": {"color": {"field": "Mức", "fixed": UNKNOWN}, "opacity": 0.5},
            "rules": [],
        },
    )


def _markers() -> common.MapLayerOptions:
    return common.MapLayerOptions(
        type_val="markers",
        name="Địa phương",
        tooltip=True,
        location=common.FrameGeometrySource(
            mode=common.FrameGeometrySourceMode.COORDS, latitude="lat", longitude="lon"
        ),
        config={
            "showLegend": False,
            "style": {
                "color": {"field": "Mức", "fixed": UNKNOWN},
                "opacity": 0.9,
                "size": {"field": "Điểm", "fixed": 6, "min": 4, "max": 16},
                "symbol": {"fixed": "img/icons/marker/circle.svg", "mode": "fixed"},
                "text": {"field": "Nhãn", "fixed": "", "mode": "field"},
                "textConfig": {
                    "fontSize": 14,
                    "offsetX": 0,
                    "offsetY": -22,
                    "textAlign": "center",
                    "textBaseline": "middle",
                },
            },
        },
    )
