"""Each rule of structure bites."""

import pytest

from dashboards.checks import sdk
from dashboards.checks.structure import WALL
from tests.dashboards.checks.fixture import board, changed, good, panel, says, sentences, target


def test_nothing_is_wrong_with_the_good_dashboard() -> None:
    assert sentences(good()) == []


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("uid", "Tổng quan", "the uid 'Tổng quan' is not ioc-"),
        ("uid", "ioc-khac", "stands in ioc-thu.json, not in ioc-khac.json"),
        ("id", 7, "has an id, which belongs to one Grafana"),
        ("__inputs", [], "__inputs is for hand imports"),
        ("description", "Bảng ${DS_CLICKHOUSE}", r"\$\{DS_…\} is for hand imports"),
        ("schemaVersion", None, "has no schemaVersion"),
        ("panels.1.id", 1, "2 panels have the id 1"),
        ("panels.1.id", "b", "its id is not a whole number"),
        ("panels.1.gridPos.x", 13, "reaches from column 13 to 25 of 24"),
        ("panels.1.gridPos.x", 11, "panel 2 Đúng hạn 2: it lies over panel 1 Đúng hạn 1"),
        ("panels.1.gridPos.h", 0, "its gridPos lacks"),
        ("panels.1.targets", [], "it asks nothing"),
        ("panels.1.targets.0.datasource", {"uid": "${DS}"}, "target A names another data source"),
        ("panels.1.targets.0.rawSql", " ", "target A has no rawSql"),
        ("panels.1.targets.0.format", 2, "target A has format 2"),
        ("panels.1.targets.0.queryType", "table", "has queryType 'table', which is not"),
        ("panels.1.targets.0.pluginVersion", "3.0.0", "has pluginVersion '3.0.0', not 4.20.0"),
        ("panels.1.targets.0.editorType", "builder", "has another editorType than sql"),
    ],
)
def test_what_is_wrong_is_said(path: str, value: object, sentence: str) -> None:
    assert says(sentence, sentences(changed(path, value)))


def test_targets_of_a_panel_have_names_of_their_own() -> None:
    raw = good()
    raw["panels"][0]["targets"].append(target("SELECT 1 AS a"))
    assert says("two of its targets have the same refId", sentences(raw))


def test_uids_and_titles_stand_once() -> None:
    found = sentences(good(), good())
    assert says("the uid 'ioc-thu' stands in 2 dashboards", found)
    assert says("the title 'Thử nghiệm' stands in 2 dashboards", found)


def test_panels_in_a_closed_row_may_lie_below_others() -> None:
    raw = good()
    inside = panel(3, "stat", "SELECT 1 AS as_of", 1)
    row = {"id": 4, "type": "row", "title": "Hàng", "gridPos": {"x": 0, "y": 8, "w": 24, "h": 1}}
    raw["panels"].append({**row, "panels": [inside]})
    assert sentences(raw) == []


@pytest.mark.parametrize(("top", "fits"), [(18, True), (19, False)])
def test_the_wall_fits_a_screen(top: int, *, fits: bool) -> None:
    raw = {**changed("panels.1.gridPos.y", top), "uid": WALL}
    assert says(f"it takes {top + 8} rows", sentences(raw)) is not fits


def test_fields_that_the_sdk_does_not_know_are_named() -> None:
    assert sdk.is_installed()
    found = [one.sentence for one in sdk.dashboard(board(changed("panels.0.titel", "Sai")))]
    assert found == ["the SDK knows no field panels[0].titel"]
