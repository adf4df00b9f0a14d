"""The areas that Grafana's map reads."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contracts.reference.boundaries import Boundaries, load_boundaries
from contracts.reference.province import load_reference
from contracts.settings import load_settings
from dashboards.boards.map import AREAS
from dashboards.grafana.areas import FILE, SKETCH, areas_json
from ioc.commands.dashboards import app
from tests.deploy.files import services


def test_the_committed_file_is_that_of_the_default_province() -> None:
    settings = load_settings()
    units = load_reference(settings).units
    made = areas_json(load_boundaries(settings, units), units)
    assert FILE.read_text(encoding="utf-8") == made, "run `ioc dashboards map`"


def test_compose_puts_it_where_the_map_looks_for_it() -> None:
    mounts = services()["grafana"]["volumes"]
    assert f"./dashboards/maps:/usr/share/grafana/{Path(AREAS).parent}:ro" in mounts


def test_a_true_boundary_has_no_note() -> None:
    units = load_reference(load_settings()).units
    sketch = load_boundaries(load_settings(), units)
    ids = [each["id"] for each in json.loads(areas_json(sketch, units))["features"]]
    assert ids == [*(unit.code for unit in units.districts), "note"]
    true = areas_json(Boundaries(sketch.areas, is_sketch=False), units)
    assert SKETCH not in true
    assert len(json.loads(true)["features"]) == len(units.districts)


def test_the_command_writes_the_areas_of_the_settings_province(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IOC_REFERENCE", "phu-tho-2025")
    file = tmp_path / "maps" / "areas.geojson"
    done = CliRunner().invoke(app, ["map", "--to", str(file)])
    assert done.output == f"{file}: the areas of 148 units, sketched around their points\n"
    assert len(json.loads(file.read_text(encoding="utf-8"))["features"]) == 149
