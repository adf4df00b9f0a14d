"""The committed files equal those that the code makes."""

import re
import subprocess
import sys
from pathlib import Path

from contracts.registry import FEEDS
from dashboards.boards.build import FOLDER, boards, write
from tests.dashboards.boards.reading import built, panels

SCORECARD_ID = 182_227
"""CRC-32 of ``scorecard``, modulo a million, plus one: links and alert rules name such ids."""
_SHOWN = re.compile(r"\b(?:FROM|JOIN) shown\b")


def test_the_committed_files_are_those_that_the_code_makes() -> None:
    made = {f"{board.place.uid}.json": board.json.encode() for board in boards(FEEDS)}
    assert {path.name: path.read_bytes() for path in FOLDER.glob("*.json")} == made


def test_a_second_time_changes_nothing_and_what_is_left_over_goes(tmp_path: Path) -> None:
    (tmp_path / "ioc-feed-gone.json").write_text("{}")
    assert "ioc-feed-gone.json" in write(FEEDS, tmp_path)
    assert not (tmp_path / "ioc-feed-gone.json").exists()
    assert write(FEEDS, tmp_path) == []


def test_there_is_one_for_each_feed_and_five_more() -> None:
    assert list(built(*FEEDS)) == [
        "ioc-tong-quan",
        *(f"ioc-feed-{feed.name}" for feed in FEEDS),
        "ioc-chi-so-phuc-vu",
        "ioc-so-sanh",
        "ioc-chat-luong",
        "ioc-bai-bao-2023",
    ]


def test_ids_are_unique_in_a_dashboard() -> None:
    for board in built(*FEEDS).values():
        rows = [panel["id"] for panel in board["panels"] if panel["type"] == "row"]
        ids = rows + [panel["id"] for panel in panels(board)]
        assert len(ids) == len(set(ids))


def test_ids_stay_when_panels_come_and_go() -> None:
    all_feeds, fewer = built(*FEEDS), built(*FEEDS[2:])
    wall = {panel["title"]: panel["id"] for panel in panels(all_feeds["ioc-tong-quan"])}
    assert wall["Địa phương theo chỉ tiêu"] == SCORECARD_ID
    for uid in fewer:
        before = {panel["id"]: panel["title"] for panel in panels(all_feeds[uid])}
        after = {panel["id"]: panel["title"] for panel in panels(fewer[uid])}
        assert after.items() <= before.items()


WITHOUT_SDK = """
import sys
sys.modules["grafana_foundation_sdk"] = None
sys.argv = ["ioc", "dashboards", "build"]
from ioc.commands.cli import main
main()
"""


def test_without_the_sdk_building_says_so_in_one_sentence() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_SDK], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        "ioc: building dashboards needs grafana-foundation-sdk, which `make install` brings and a "
        "server does without\n"
    )


def test_a_statement_works_out_once_which_units_a_chart_shows() -> None:
    """ClickHouse runs a CTE as often as it is named, and this one ranks all chosen units."""
    ranked = {
        (uid, panel["title"]): len(_SHOWN.findall(target["rawSql"]))
        for uid, board in built(*FEEDS).items()
        for panel in panels(board)
        for target in panel["targets"]
        if panel["type"] in ("timeseries", "state-timeline") and "shown AS\n" in target["rawSql"]
    }
    assert len(ranked) > len(FEEDS)
    assert {where: times for where, times in ranked.items() if times != 1} == {}
