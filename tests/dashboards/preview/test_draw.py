import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.reference.boundaries import Boundaries
from dashboards.grafana.variables import Selection
from dashboards.preview.draw import KINDS, draw
from dashboards.preview.draw.axes import value_axis
from dashboards.preview.draw.drawing import Chart, Mark, Markdown
from dashboards.preview.draw.geomap import without_common_word
from dashboards.preview.draw.labels import Box, place
from dashboards.preview.draw.statetimeline import stretches
from dashboards.preview.draw.table import share_out
from dashboards.preview.fields import FieldConfig
from dashboards.preview.frames import Column, Frame, Kind
from tests.dashboards.preview.making import NOON, SHARE_STEPS, frame, markup, panel, view

SHARE: dict[str, Any] = {
    "defaults": {
        "unit": "percentunit",
        "decimals": 1,
        "noValue": "Không có dữ liệu",
        "thresholds": {"mode": "absolute", "steps": SHARE_STEPS},
    }
}
ALL_ROWS = {"reduceOptions": {"values": True}}


def hour(number: int) -> datetime:
    """That many hours before noon."""
    return NOON - timedelta(hours=number)


def override(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    """An override of the field of this name."""
    changes = [{"id": path, "value": value} for path, value in properties.items()]
    return {"matcher": {"id": "byName", "options": name}, "properties": changes}


def chart(drawing: object) -> dict[str, Any]:
    assert isinstance(drawing, Chart)
    return drawing.options


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"row", "text"}))
def test_no_rows_say_so_in_the_panel_s_own_words(kind: str) -> None:
    words = {"defaults": {"noValue": "Chưa có số liệu"}}
    empty = Frame("A", (Column("time", Kind.TIME, ()), Column("v", Kind.NUMBER, ())))
    for frames in ((), (empty,)):
        drawn = markup(draw(panel(kind, fieldConfig=words), frames, view()))
        assert "Chưa có số liệu" in drawn


def test_an_unknown_kind_says_that_grafana_draws_it() -> None:
    drawn = markup(draw(panel("flame<graph"), (), view()))
    assert 'Bản xem trước chưa vẽ được loại bảng "flame&lt;graph"; Grafana vẽ được.' in drawn


def test_a_stat_shows_the_reduced_figure_in_its_threshold_s_colour() -> None:
    data = frame(time=[hour(2), hour(1)], share=[0.99, 0.912])
    drawn = markup(draw(panel("stat", fieldConfig=SHARE), (data,), view()))
    assert "91,2 %" in drawn
    assert "color:#F0E442" in drawn
    assert "<svg" in drawn
    calm = panel(
        "stat",
        fieldConfig=SHARE,
        options={"graphMode": "none", "reduceOptions": {"calcs": ["max"]}},
    )
    drawn = markup(draw(calm, (data,), view()))
    assert "99,0 %" in drawn
    assert "<svg" not in drawn


def test_a_stat_without_a_value_has_no_ground_of_a_threshold() -> None:
    options = {"colorMode": "background_solid"}
    data = frame(good=[0.99], none=[None])
    none = Frame("A", (data.columns[0], Column("none", Kind.NUMBER, (None,))))
    drawn = markup(draw(panel("stat", fieldConfig=SHARE, options=options), (none,), view()))
    assert drawn.count("tile ground") == 1
    assert "Không có dữ liệu" in drawn


def test_tiles_stand_as_lets_the_figures_be_largest() -> None:
    data = frame(a=[1], b=[2], c=[3], d=[4])
    wide = panel("stat", gridPos={"x": 0, "y": 0, "w": 24, "h": 4})
    tall = panel("stat", gridPos={"x": 0, "y": 0, "w": 2, "h": 12})
    assert "--columns:4" in markup(draw(wide, (data,), view()))
    assert "--columns:1" in markup(draw(tall, (data,), view()))
    lying = panel("stat", options={"orientation": "horizontal"})
    assert "--columns:1" in markup(draw(lying, (data,), view()))


def test_text_from_the_data_is_escaped_everywhere() -> None:
    data = frame(name=["<script>", "b"], share=[0.5, 0.6])
    for kind in ("stat", "bargauge", "table"):
        drawn = markup(draw(panel(kind, fieldConfig=SHARE, options=ALL_ROWS), (data,), view()))
        assert "<script>" not in drawn
        assert "&lt;script&gt;" in drawn


def test_a_bar_gauge_s_bars_go_from_minimum_to_maximum() -> None:
    data = frame(name=["a", "b", "c"], share=[0.5, 1.0, None])
    config = {"defaults": SHARE["defaults"] | {"min": 0, "max": 1}}
    drawn = markup(draw(panel("bargauge", fieldConfig=config, options=ALL_ROWS), (data,), view()))
    assert [part[:6] for part in drawn.split("--share:")[1:]] == ["50.0%;", "100.0%", "0.0%;b"]
    assert "value missing" in drawn


def test_a_table_has_colours_units_links_and_hidden_columns() -> None:
    link = {"title": "Mở", "url": "/d/ioc-feed-dossier?var-district=${__data.fields.code}"}
    overrides = [
        override("code", {"custom.hidden": True}),
        override(
            "share",
            {
                "custom.cellOptions": {"type": "color-background"},
                "links": [link],
                "displayName": "Đúng hạn",
            },
        ),
    ]
    data = frame(name=["Kim Bôi", "Đà Bắc"], share=[0.97, 0.5], code=["153", "150"])
    options = {"sortBy": [{"displayName": "Đúng hạn", "desc": False}]}
    made = panel("table", fieldConfig={**SHARE, "overrides": overrides}, options=options)
    drawn = markup(draw(made, (data,), view()))
    assert drawn.index("Đà Bắc") < drawn.index("Kim Bôi")
    assert 'href="/d/ioc-feed-dossier?var-district=150"' in drawn
    assert "--tint:#D55E00" in drawn
    assert "Đúng hạn</th>" in drawn
    assert ">code<" not in drawn
    assert ">153<" not in drawn


def test_a_sorted_table_has_missing_values_last() -> None:
    data = frame(name=["a", "b", "c"], value=[1, None, 3])
    made = panel("table", options={"sortBy": [{"displayName": "value", "desc": True}]})
    drawn = markup(draw(made, (data,), view()))
    assert drawn.index(">c<") < drawn.index(">a<") < drawn.index(">b<")


def test_what_has_no_room_in_its_column_is_written_smaller_or_on_two_lines() -> None:
    narrow = [override(name, {"custom.width": 60}) for name in ("words", "n")]
    data = frame(words=["Xấu: 3 · cảnh báo: 1", "Tốt"], n=[1234567.5, 1.0], wide=["a b " * 60, "c"])
    drawn = markup(draw(panel("table", fieldConfig={"overrides": narrow}), (data,), view()))
    assert '<span class="long">Xấu: 3 · cảnh báo: 1</span>' in drawn
    assert '<span class="tight">1.234.568</span>' in drawn
    assert drawn.count("<span") == 3  # the wide one, too


@pytest.mark.parametrize(
    ("unit", "decimals", "least"),
    [("locale", 0, 1), ("percentunit", 1, 0.001), ("suffix: tỷ đồng", 3, 0.001), ("s", 0, None)],
)
def test_labels_of_an_axis_differ_at_the_precision_of_its_figures(
    unit: str, decimals: int, least: float | None
) -> None:
    axis = value_axis(view(), FieldConfig(unit=unit, decimals=decimals))
    assert axis.get("minInterval") == (None if least is None else pytest.approx(least))
    assert axis["axisLabel"][":formatter"].endswith(f", {decimals})")


def test_the_widest_columns_give_way_first() -> None:
    assert share_out([5, 30, 10], 100) == [5, 30, 10]
    assert share_out([5, 30, 10], 35) == [5, 20, 10]
    assert share_out([5, 30, 10], 21) == [5, 8, 8]


def test_a_time_series_shows_the_clock_of_its_zone() -> None:
    data = frame(time=[hour(1), NOON], share=[0.5, None])
    options = chart(draw(panel("timeseries", fieldConfig=SHARE), (data,), view(6)))
    noon_in_hanoi = datetime.fromisoformat("2026-11-25T12:00:00+00:00").timestamp() * 1000
    (series,) = options["series"]
    assert series["data"] == [[noon_in_hanoi - 3_600_000, 0.5], [noon_in_hanoi, None]]
    assert options["useUTC"] is True
    assert (options["xAxis"]["min"], options["xAxis"]["max"]) == (
        noon_in_hanoi - 6 * 3_600_000,
        noon_in_hanoi,
    )


def test_thresholds_and_annotations_are_marks_on_the_first_series() -> None:
    config = {"defaults": SHARE["defaults"] | {"custom": {"thresholdsStyle": {"mode": "dashed"}}}}
    data = frame(time=[hour(1), NOON], share=[0.5, 0.6], other=[1, 1])
    marks = (Mark(hour(2), hour(1), "Nghỉ lễ", "#5794f2"),)
    options = chart(draw(panel("timeseries", fieldConfig=config), (data,), view(6, marks=marks)))
    lines = options["series"][0]["markLine"]["data"]
    assert [line.get("yAxis") for line in lines] == [None, 0.9, 0.95]
    assert lines[0]["name"] == "Nghỉ lễ"
    assert len(options["series"][0]["markArea"]["data"]) == 1
    assert "markLine" not in options["series"][1]


def test_series_of_two_units_have_two_axes_and_hidden_ones_are_left_out() -> None:
    overrides = [
        override("n", {"unit": "short"}),
        override("x", {"custom.hideFrom": {"viz": True}}),
    ]
    data = frame(time=[hour(1)], share=[0.5], n=[7], x=[1])
    made = panel("timeseries", fieldConfig={**SHARE, "overrides": overrides})
    options = chart(draw(made, (data,), view()))
    assert [(one["name"], one["yAxisIndex"]) for one in options["series"]] == [
        ("share", 0),
        ("n", 1),
    ]
    assert [one["position"] for one in options["yAxis"]] == ["left", "right"]


def test_bars_keep_gaps_and_their_links() -> None:
    config = {"defaults": SHARE["defaults"] | {"links": [{"url": "/d/x?v=${__data.fields.name}"}]}}
    data = frame(name=["a", "b"], share=[0.5, None])
    options = chart(draw(panel("barchart", fieldConfig=config), (data,), view()))
    first, second = options["series"][0]["data"]
    assert (first["value"], first["itemStyle"]["color"], first["link"]) == (
        0.5,
        "#D55E00",
        "/d/x?v=a",
    )
    assert second["value"] == "-"


def test_a_state_lasts_until_the_next_one_within_the_range() -> None:
    times = Column("time", Kind.TIME, (hour(9), hour(5), hour(4), hour(2)))
    states = Column("state", Kind.TEXT, ("a", "a", "b", None))
    assert list(stretches(times, states, view(6))) == [
        (hour(6), hour(4), "a"),
        (hour(4), hour(2), "b"),
        (hour(2), NOON, None),
    ]


def test_a_heat_map_leaves_out_cells_without_data() -> None:
    data = frame(time=[hour(2), hour(1)], a=[1, None], b=[None, 4])
    options = chart(draw(panel("heatmap"), (data,), view()))
    assert options["series"][0]["data"] == [[0, 0, 1], [1, 1, 4]]
    assert options["xAxis"]["data"] == ["10:00", "11:00"]
    assert options["yAxis"]["data"] == ["a", "b"]
    midnights = [datetime(2026, 11, day, 17, tzinfo=UTC) for day in (23, 24)]
    days = chart(draw(panel("heatmap"), (frame(time=midnights, a=[1, 2]),), view()))
    assert days["xAxis"]["data"] == ["24/11", "25/11"]


def test_a_map_has_north_above_and_names_every_place() -> None:
    data = frame(
        name=["Huyện Bắc", "Huyện Nam"], lat=[21.0, 20.4], lon=[105.2, 105.2], share=[0.99, None]
    )
    drawn = markup(draw(panel("geomap", fieldConfig=SHARE), (data,), view()))
    circles = re.findall(r'cy="([\d.]+)".*?<title>(.*?)</title>', drawn)
    heights = {name: float(height) for height, name in circles}
    assert heights["Huyện Bắc: 99,0 %"] < heights["Huyện Nam: Không có dữ liệu"]
    assert 'fill="none" fill-opacity' in drawn
    assert "http" not in drawn


AREA_LAYERS = {
    "layers": [
        {"type": "dynamic-geojson", "config": {"idField": "code"}},
        {
            "type": "markers",
            "location": {"latitude": "lat", "longitude": "lon"},
            "config": {"style": {"color": {"field": "share"}, "text": {"field": "name"}}},
        },
    ]
}


def test_a_map_draws_areas_where_they_are_known() -> None:
    west = ((105.0, 20.0), (105.5, 20.0), (105.5, 21.0), (105.0, 21.0), (105.0, 20.0))
    east = ((105.5, 20.0), (105.6, 20.0), (105.6, 21.0), (105.5, 21.0), (105.5, 20.0))
    areas = {"148": ((west,),), "150": ((east,),)}
    data = frame(
        name=["Huyện Tây", "Huyện Đông có tên rất là dài"],
        code=["148", "150"],
        lat=[20.5, 20.5],
        lon=[105.25, 105.55],
        share=[0.99, None],
    )
    made = panel("geomap", fieldConfig=SHARE, options=AREA_LAYERS)
    sketch = Boundaries(areas, is_sketch=True)
    drawn = markup(draw(made, (data,), view(boundaries=sketch)))
    shapes = re.findall(r'<path class="area" d="(.*?)" fill="(.*?)".*?<title>(.*?)</title>', drawn)
    assert [(fill, tip) for _, fill, tip in shapes] == [
        ("#009E73", "Huyện Tây: 99,0 %"),
        ("none", "Huyện Đông có tên rất là dài: Không có dữ liệu"),
    ]
    edges = [[float(x) for x in re.findall(r"[ML]([\d.]+) ", path)] for path, _, _ in shapes]
    assert max(edges[0]) == min(edges[1])
    assert re.findall(r'class="place inside".*?>(.*?)<', drawn) == ["Tây"]
    assert "không phải ranh giới" in drawn
    true = Boundaries(areas, is_sketch=False)
    assert "không phải ranh giới" not in markup(draw(made, (data,), view(boundaries=true)))
    assert "<circle" in markup(draw(made, (data,), view()))


def test_a_map_names_the_labelled_alone_and_the_others_on_pointing() -> None:
    layer = {"config": {"style": {"text": {"field": "Nhãn"}}}}
    names = {"Địa phương": ["Bắc", "Nam"], "Nhãn": ["Bắc", ""]}
    data = frame(**names, lat=[21.0, 20.4], lon=[105.2, 105.2], share=[0.9, 1])
    drawn = markup(draw(panel("geomap", options={"layers": [layer]}), (data,), view()))
    assert len(re.findall("<title>(Bắc|Nam):", drawn)) == 2
    assert drawn.count('class="place"') == 1


def test_marks_of_many_places_are_small_enough_to_tell_apart() -> None:
    def radius(places: int) -> float:
        data = frame(
            name=[str(one) for one in range(places)],
            lat=[20 + one / places for one in range(places)],
            lon=[105 + one % 7 / 7 for one in range(places)],
        )
        drawn = markup(draw(panel("geomap"), (data,), view()))
        return max(map(float, re.findall(r' r="([\d.]+)"', drawn)))

    assert radius(600) < radius(10)


def test_a_table_of_many_rows_has_all_of_them_and_says_how_many() -> None:
    data = frame(name=[f"Xã {one}" for one in range(300)])
    drawn = markup(draw(panel("table"), (data,), view()))
    assert drawn.count("<tr>") == 301
    assert "300 dòng, cuộn để xem hết" in drawn
    assert "dòng" not in markup(draw(panel("table"), (frame(name=["Xã A"]),), view()))


def test_a_word_that_most_names_begin_with_is_left_out() -> None:
    assert without_common_word(["Huyện A", "Huyện B", "Thành phố C"]) == ["A", "B", "Thành phố C"]
    assert without_common_word(["Huyện A", "Xã B"]) == ["Huyện A", "Xã B"]


def test_a_label_goes_where_it_covers_nothing() -> None:
    right = Box(110, 0, 300, 200)
    box = place((100, 100), 10, (40, 20), [right], (400, 400))
    assert (box.left, box.right) == (50, 90)
    assert box.overlap(right) == 0


def test_text_fills_in_variables() -> None:
    chosen = {"horizon": Selection("horizon", ("300",), texts=("5 phút",))}
    made = panel("text", options={"mode": "markdown", "content": "Trong ${horizon:text}"})
    assert draw(made, (), view(selections=chosen)) == Markdown("Trong 5 phút")
