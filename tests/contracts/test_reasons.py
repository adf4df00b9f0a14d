"""Every reason to refuse an event is named wherever people and checks read reasons."""

from pathlib import Path

import pytest

from contracts.messages import Reason
from dashboards.boards.quality import REASONS
from tests.processes import ROOT

PLACES = (
    Path("sinks/schema/004_rejects.sql"),
    Path("dashboards/checks/seeding/rejects.sql"),
    Path("docs/dictionary.md"),
    Path("docs/operations.md"),
)


@pytest.mark.parametrize("path", PLACES, ids=str)
def test_each_reason_is_named(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert [reason.value for reason in Reason if reason.value not in text] == []


def test_the_quality_screen_names_each_reason() -> None:
    assert set(REASONS) == set(Reason)
