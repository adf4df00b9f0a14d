"""A part that a recount forgot is named before any event flows."""

from dataclasses import replace
from pathlib import Path

from contracts.feeds.press import PRESS
from contracts.registry import FEEDS
from ioc.feeds.recounts import FOLDER, missing_parts


def test_every_part_of_every_feed_is_recounted() -> None:
    assert missing_parts(FEEDS) == []


def test_a_forgotten_line_is_named(tmp_path: Path) -> None:
    lines = (FOLDER / "press.sql").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "'negative', " not in line]
    assert len(kept) == len(lines) - 1
    (tmp_path / "press.sql").write_text("".join(kept), encoding="utf-8")
    assert missing_parts([PRESS], tmp_path) == [
        "press: sinks/audit/recount/press.sql does not count the part negative"
    ]


def test_a_missing_recount_is_named(tmp_path: Path) -> None:
    (line,) = missing_parts([replace(PRESS, name="river")], tmp_path)
    assert line == "river: sinks/audit/recount/river.sql is missing: write its recount"
