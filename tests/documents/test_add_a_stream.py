"""docs/add-a-stream.md, followed by its own commands in a copy of the project."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.indicators import gauges, indicator, measures
from tests.documents.reading import PROMPT, block_commands, blocks
from tests.ioc.feeds.test_new import Copy
from tests.processes import ROOT

DOCUMENT = "docs/add-a-stream.md"
TEXT = (ROOT / DOCUMENT).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("river"))


@pytest.fixture(scope="module")
def written(copy: Copy) -> str:
    """The output of the page's first command, which creates its feed."""
    (command,) = [
        each
        for each in block_commands()
        if each.name.startswith(DOCUMENT) and each.text.startswith("ioc new feed ")
    ]
    done = copy.run("ioc", *command.arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_shows_what_a_new_feed_prints(written: str) -> None:
    (shown,) = [
        block.text.split("\n", 1)[1]
        for block in blocks("console")
        if block.text.startswith(f"{PROMPT}ioc new feed ")
    ]
    assert shown == written


@pytest.mark.usefixtures("written")
def test_the_new_feeds_own_tests_pass(copy: Copy) -> None:
    (command,) = [
        each
        for each in block_commands()
        if each.name.startswith(DOCUMENT) and each.program == "python"
    ]
    done = copy.run(*command.arguments[1:], "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


@pytest.mark.usefixtures("written")
def test_a_part_that_nothing_gives_stops_every_command_with_one_sentence(copy: Copy) -> None:
    contract = copy.root / "contracts" / "feeds" / "river.py"
    good = contract.read_text(encoding="utf-8")
    contract.write_text(good.replace('RatioOf("alarms"', 'RatioOf("alarm"'), encoding="utf-8")
    try:
        done = copy.run("ioc", "units")
    finally:
        contract.write_text(good, encoding="utf-8")
    assert done.returncode == 1
    assert done.stderr == (
        "ioc: feed river: indicator alarm_share reads the part alarm, which no measure gives; "
        "there are: alarms, measured, sites, value_milli\n"
    )


@pytest.mark.usefixtures("written")
def test_a_recount_that_leaves_a_part_out_is_named(copy: Copy) -> None:
    recount = copy.root / "sinks" / "audit" / "recount" / "river.sql"
    good = recount.read_text(encoding="utf-8")
    kept = [line for line in good.splitlines(keepends=True) if "'alarms'," not in line]
    recount.write_text("".join(kept), encoding="utf-8")
    try:
        assert copy.run("ioc", "feeds", "--record").returncode == 0
        done = copy.run("ioc", "feeds", "--check")
    finally:
        recount.write_text(good, encoding="utf-8")
    assert done.returncode == 1
    assert done.stdout == ("river: sinks/audit/recount/river.sql does not count the part alarms\n")
    assert copy.run("ioc", "feeds", "--check").returncode == 0


@pytest.mark.usefixtures("written")
def test_events_of_the_examples_are_events_of_the_new_feed(copy: Copy, tmp_path: Path) -> None:
    """The dictionary that the example sends, of a row that its source may give."""
    (example,) = [block.text for block in blocks("python") if "requests.get" in block.text]
    event = re.search(r"event = (\{.*?\n        \})", example, re.DOTALL)
    assert event
    check = tmp_path / "check.py"
    check.write_text(
        "import sys\n"
        "from uuid import NAMESPACE_URL, uuid5\n"
        "import orjson\n"
        "from contracts.feeds.river import RIVER\n"
        "SOURCE = 'https://source.example.vn/api/levels'\n"
        "row = dict(id=1, district='148', time='2026-11-30T09:00:00+07:00', site='s-1', value=81)\n"
        f"RIVER.adapter.validate_json(b'[' + orjson.dumps({event[1]}) + b']')\n",
        encoding="utf-8",
    )
    environment = copy.environment | {"PYTHONPATH": str(copy.root)}
    done = subprocess.run(
        [sys.executable, str(check)], cwd=copy.root, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_every_kind_of_gauge_is_in_the_table() -> None:
    kinds = {kind.__name__ for kind in gauges.Gauge.__args__}
    assert set(re.findall(r"^\| `([A-Z]\w+)` \|", TEXT, re.MULTILINE)) >= kinds


def test_every_measure_and_unit_of_measure_is_named() -> None:
    kinds = {kind.__name__ for kind in measures.Measure.__subclasses__()} | {"Retraction"}
    assert all(f"`{name}`" in TEXT for name in kinds)
    assert all(f"`{each.name}`" in TEXT for each in indicator.Measurement)


def test_every_file_that_the_page_names_is_there() -> None:
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.\w+)`", TEXT)
    assert named
    missing = [path for path in named if "river" not in path and not (ROOT / path).exists()]
    assert missing == []
