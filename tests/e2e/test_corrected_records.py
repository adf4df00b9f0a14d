"""A record that was changed in its source after it was archived, on real processes."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.ledger import client_of, rows
from tests.e2e.running import ioc_environment, run_ioc
from tests.e2e.test_replay import told
from tests.e2e.test_up import endpoint_over

MAPPING = """
source = "mot-cua"
dates = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
id = ["Số"]
[fields]
dossier_id = { column = "Số" }
district = { column = "Huyện" }
level = { constant = "district" }
sector = { constant = "dat-dai" }
procedure = { constant = "x" }
agency = { constant = "ubnd" }
received_at = { column = "Nhận" }
due_at = { column = "Hẹn", time = "17:00" }
[[event]]
kind = "received"
occurred_at = { column = "Nhận" }
[event.fields]
channel = { constant = 1 }
fee_vnd = { constant = 0 }
[[event]]
kind = "resolved"
occurred_at = { column = "Trả" }
[event.fields]
digitised = { constant = true }
"""
SECOND = "2;Lạc Sơn;03/10/2023 08:05;17/10/2023;16/10/2023 15:30"
NEWER = "3;Lạc Sơn;21/10/2023 08:05;30/10/2023;"


def first(done: str) -> str:
    return f"1;Lạc Sơn;02/10/2023 08:05;16/10/2023;{done} 15:30"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8")
    return ioc_environment(tmp_path)


def replay(
    environment: dict[str, str], folder: Path, *records: str, more: tuple[str, ...] = ()
) -> str:
    file = folder / "a.csv"
    file.write_text("\n".join(["Số;Huyện;Nhận;Hẹn;Trả", *records]), encoding="utf-8")
    options = ("--feed", "dossier", "--map", str(folder / "m.toml"), "--into", "thu", *more)
    done = run_ioc(environment, "replay", str(file), *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def resolved(environment: dict[str, str]) -> Mapping[str, Any]:
    """The days on which dossiers were resolved, by the archive and by the panes."""
    with closing(client_of(environment, database="ioc_thu")) as client:
        days = "SELECT toString(toDate({})) AS day, {} AS held FROM {} FINAL WHERE {} GROUP BY day"
        archive = ("occurred_at", "count()", "events_dossier", "kind = 'resolved'")
        panes = ("pane", "toUInt64(sum(counts['resolved']))", "panes", "counts['resolved'] > 0")
        return {
            name: {day: held for day, held in rows(client, days.format(*parts))}  # noqa: C416
            for name, parts in (("archive", archive), ("panes", panes))
        }


def test_the_first_version_stays_or_is_corrected_as_is_chosen(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """To a later day, which was counted twice, then to an earlier one, which would be too late."""
    replay(environment, tmp_path, first("20/10/2023"), SECOND)
    with endpoint_over(environment):
        before = {"2023-10-16": 1, "2023-10-20": 1}
        kept = replay(environment, tmp_path, first("25/10/2023"), SECOND, NEWER)
        assert "changed since" in kept
        assert "1  the first version stays; --changed correct" in kept
        assert (told(kept)["already archived"], told(kept)["published"]) == (4, 1)
        assert resolved(environment) == {"archive": before, "panes": before}
        correct = ("--changed", "correct")
        mended = replay(environment, tmp_path, first("12/10/2023"), SECOND, NEWER, more=correct)
        assert "1  the new version counts" in mended
        after = {"2023-10-12": 1, "2023-10-16": 1}
        assert resolved(environment) == {"archive": after, "panes": after}
