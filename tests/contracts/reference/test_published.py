"""Published figures: the seed's own numbers, and files that can't be."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import DataFileError
from contracts.reference.published import SEED_2023, load_published

FIRST, LAST = "2023-01-01", "2023-09-20"


def test_the_seed_holds_the_numbers_of_the_article() -> None:
    published = load_published()
    held = {name: (split.total, split.province, split.below) for name, split in published.dossiers}
    assert held == {
        "received": (281_165, 76_148, 205_017),
        "resolved": (268_579, 66_783, 201_796),
        "in_process": (12_586, 9_365, 3_221),
        "received_online": (269_524, 60_623, 199_251),
        "paid_online": (225_111, 8_425, 99_022),
    }
    assert (str(published.first_day), str(published.last_day)) == (FIRST, LAST)
    assert published.at.isoformat() == "2023-09-20T16:30:00+07:00"
    assert published.reported == {
        "lan_share": 100,
        "computer_share_province": 98,
        "computer_share_district": 91,
        "computer_share_commune": 88,
        "tslcd_points": 63,
        "wan_points": 33,
    }
    assert [(each.platform, len(each.connected), each.systems) for each in published.platforms] == [
        ("lgsp", 9, 17),
        ("ndxp", 4, 4),
    ]


def test_two_totals_contradict_their_parts() -> None:
    wrong = {name: split for name, split in load_published().dossiers if not split.adds_up}
    assert set(wrong) == {"received_online", "paid_online"}
    assert wrong["received_online"].parts_sum == 259_874
    assert wrong["paid_online"].parts_sum == 107_447


@pytest.mark.parametrize(
    ("figure", "part", "value", "sentence"),
    [
        ("received", "below", 205_018, "received at below is not resolved plus in_process"),
        ("paid_online", "province", 76_149, "more online at province than received"),
        ("received", "total", -1, "dossiers.received.total: Input should be greater than"),
        ("received", "total", "281165", "dossiers.received.total: Input should be a valid integer"),
    ],
)
def test_figures_that_cannot_be_are_refused_by_name(
    tmp_path: Path, figure: str, part: str, value: object, sentence: str
) -> None:
    fields: dict[str, Any] = json.loads(SEED_2023.read_text())
    fields["dossiers"][figure][part] = value
    path = tmp_path / "figures.json"
    path.write_text(json.dumps(fields))
    with pytest.raises(DataFileError, match=re.escape(sentence)):
        load_published(path)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"none\.json: cannot be read: No such file"):
        load_published(tmp_path / "none.json")
