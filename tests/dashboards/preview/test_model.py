import json
from pathlib import Path

from dashboards.preview.library import Library
from dashboards.preview.model import rows_of, seconds_of
from tests.dashboards.preview.making import dashboard


def box(y: int, h: int, **changes: object) -> dict[str, object]:
    return {"id": y, "type": "stat", "gridPos": {"x": 0, "y": y, "w": 6, "h": h}, **changes}


def test_a_collapsed_row_pushes_down_what_follows_it_when_it_is_opened() -> None:
    row = box(4, 1, type="row", collapsed=True, panels=[box(20, 3), box(23, 5)])
    board = dashboard(panels=[box(5, 6), row, box(0, 4)])
    assert [(one.id, one.grid.y) for one in board.placed()] == [(0, 0), (4, 4), (5, 5)]
    opened = board.placed({4})
    assert [(one.id, one.grid.y) for one in opened] == [(0, 0), (4, 4), (20, 5), (23, 8), (5, 13)]
    assert (rows_of(board.placed()), rows_of(opened)) == (11, 19)


def test_queries_know_whether_they_are_tables() -> None:
    targets = [
        {"refId": "A", "rawSql": "SELECT 1", "format": 0},
        {"refId": "B", "rawSql": "SELECT 2", "format": 1},
        {"refId": "C", "rawSql": "SELECT 3", "hide": True},
    ]
    (panel,) = dashboard(panels=[box(0, 4, targets=targets)]).panels
    assert [(one.ref, one.sql, one.is_table) for one in panel.targets] == [
        ("A", "SELECT 1", False),
        ("B", "SELECT 2", True),
    ]


def test_transformations_are_known_by_their_ids_so_that_the_page_can_name_them() -> None:
    steps = [{"id": "organize", "options": {}}, {"id": "sortBy", "disabled": True}]
    (panel,) = dashboard(panels=[box(0, 4, transformations=steps)]).panels
    assert panel.transformations == ("organize",)


def test_annotations_are_those_with_a_query_that_are_switched_on() -> None:
    target = {"rawSql": "SELECT now() AS time"}
    listed = [
        {"name": "own", "builtIn": 1, "enable": True},
        {"name": "lễ", "target": target, "iconColor": "red", "enable": True},
        {"name": "tắt", "target": target, "enable": False},
    ]
    (found,) = dashboard(annotations={"list": listed}).annotations
    assert (found.name, found.sql, found.colour) == ("lễ", "SELECT now() AS time", "red")


def test_durations() -> None:
    assert [seconds_of(text) for text in ("5s", "1m", "2h", "", None, "x", "1w")] == [
        5,
        60,
        7200,
        None,
        None,
        None,
        None,
    ]


def test_a_library_follows_its_files(tmp_path: Path) -> None:
    def write(name: str, text: str) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")

    write("b.json", json.dumps({"uid": "b", "title": "Hồ sơ"}))
    write("w.json", json.dumps({"uid": "ioc-tong-quan", "title": "Tổng quan"}))
    write("broken.json", "{")
    library = Library(tmp_path)
    assert [one.uid for one in library.all()] == ["ioc-tong-quan", "b"]
    assert len(library.troubles) == 1
    assert library.troubles[0].startswith("broken.json")
    before = library.find("b")
    assert library.find("b") is before
    write("b.json", json.dumps({"uid": "b", "title": "Hồ sơ mới"}))
    after = library.find("b")
    assert after is not None
    assert after.title == "Hồ sơ mới"
    (tmp_path / "b.json").unlink()
    assert library.find("b") is None
