"""Plans of a file: read, or refused with a sentence that names what is wrong."""

from pathlib import Path

import pytest

from contracts.errors import DataFileError
from contracts.reference.province import load_reference
from contracts.reference.targets import load_targets
from contracts.settings import load_settings

HEAD = "indicator,unit,period,value,source,valid_from,valid_to\n"
UNITS = load_reference(load_settings()).units
KNOWN = {"dossier.received", "dossier.online_share"}


def load(folder: Path, *lines: str) -> list[tuple[object, ...]]:
    path = folder / "targets.csv"
    path.write_text(HEAD + "\n".join(lines), encoding="utf-8")
    return [tuple(each.model_dump().values())[:4] for each in load_targets(path, UNITS, KNOWN)]


def test_without_a_file_there_is_no_plan(tmp_path: Path) -> None:
    assert load_targets(tmp_path / "targets.csv", UNITS, KNOWN) == []


def test_plans_of_years_follow_one_another(tmp_path: Path) -> None:
    assert load(
        tmp_path,
        "dossier.received,17,year,400000,QĐ 1/2025,2025-01-01,2025-12-31",
        "dossier.received,17,year,410000,QĐ 9/2026,2026-01-01,2026-12-31",
        "dossier.received,148,year,50000,QĐ 9/2026,2026-01-01,2026-12-31",
        "dossier.online_share,17,month,0.8,QĐ 9/2026,2026-01-01,2026-12-31",
    ) == [
        ("dossier.received", "17", "year", 400_000),
        ("dossier.received", "17", "year", 410_000),
        ("dossier.received", "148", "year", 50_000),
        ("dossier.online_share", "17", "month", 0.8),
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("dossier.x,17,year,1,QĐ,2026-01-01,2026-12-31", "there is no such indicator"),
        ("dossier.received,999,year,1,QĐ,2026-01-01,2026-12-31", "does not hold that unit"),
        ("dossier.received,17,year,1,QĐ,2026-12-31,2026-01-01", "valid_from lies after"),
        ("dossier.received,17,week,1,QĐ,2026-01-01,2026-12-31", "line 3, column period"),
        ("dossier.received,17,year,0,QĐ,2026-01-01,2026-12-31", "line 3, column value"),
        ("dossier.received,17,year,2,QĐ,2026-07-01,2027-12-31", "two plans of a year"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    good = "dossier.received,17,year,1,QĐ,2026-06-01,2026-12-31"
    with pytest.raises(DataFileError, match=sentence):
        load(tmp_path, good, line)
