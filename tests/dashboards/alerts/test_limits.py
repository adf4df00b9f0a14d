"""The limits file: a mistake in it is one sentence that names file and key."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import DataFileError
from dashboards.alerts.limits import FILE, load_limits


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"none\.json: cannot be read"):
        load_limits(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"fewest": 3}, r"fewest: Extra inputs are not permitted"),
        ({"standstill_s": 5}, r"standstill_s: "),
    ],
)
def test_an_impossible_value_is_named(
    tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    file = tmp_path / "limits.json"
    file.write_text(json.dumps(json.loads(FILE.read_text(encoding="utf-8")) | change))
    with pytest.raises(DataFileError, match=sentence):
        load_limits(file)
