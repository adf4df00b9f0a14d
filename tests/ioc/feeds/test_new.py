"""``ioc new feed``: its files pass all checks at once; mistakes get a sentence."""

import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from clickhouse_connect.driver.exceptions import ClickHouseError

from tests.e2e.ledger import client_of, rows
from tests.e2e.recount import differing, events
from tests.e2e.running import Part, ioc_environment
from tests.processes import ROOT
from tests.waiting import until

FOLDERS = (
    *("contracts", "producers", "streams", "sinks", "dashboards", "ioc", "tests"),
    *("benchmarks", "tools"),
)
NAME, TITLE = "lakesandrivers22", "Mực nước hồ"
WRITTEN = {
    "contracts/feeds/lakesandrivers22.py",
    "producers/lakesandrivers22.py",
    "sinks/audit/recount/lakesandrivers22.sql",
    "tests/producers/test_lakesandrivers22.py",
    "tests/streams/test_lakesandrivers22.py",
    "tests/sinks/audit/test_lakesandrivers22.py",
    "docs/feeds/lakesandrivers22.md",
    "dashboards/json/ioc-feed-lakesandrivers22.json",
    "dashboards/provisioning/alerting/lakesandrivers22.yaml",
}
TESTS = [path for path in sorted(WRITTEN) if path.startswith("tests/")]
CODE = [path for path in sorted(WRITTEN) if path.endswith(".py")]
OF_ALL = {
    "contracts/feeds/__init__.py",
    "producers/simulators.py",
    "dashboards/json/ioc-tong-quan.json",
}
"""Shared files that may change: a line in two registries, and the wall."""


FIGURES = {"measured": "count()", "alarm_share": "countIf(alarm) / count()"}


class Copy:
    """A copy of the project, and commands in it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        ignore = shutil.ignore_patterns("__pycache__", ".mypy_cache")
        for name in FOLDERS:
            shutil.copytree(ROOT / name, self.root / name, ignore=ignore)
        shutil.copy2(ROOT / "pyproject.toml", self.root)
        self.environment = ioc_environment(folder / "var")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a module of Python's to its end, here."""
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def texts(self) -> dict[str, str]:
        return {
            path.relative_to(self.root).as_posix(): path.read_text(encoding="utf-8")
            for path in self.root.rglob("*")
            if path.suffix in (".py", ".sql", ".md", ".json", ".yaml", ".toml")
        }


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("new"))


@pytest.fixture(scope="module")
def changed(copy: Copy) -> set[str]:
    """Make the feed; the files that are new or different."""
    before = copy.texts
    done = copy.run("ioc", "new", "feed", NAME, "--title", TITLE, "--content", "education")
    assert done.returncode == 0, done.stderr
    assert WRITTEN - {path for path in WRITTEN if path.startswith("dashboards")} <= set(
        done.stdout.splitlines()
    )
    return {path for path, text in copy.texts.items() if before.get(path) != text}


def test_all_that_changes_is_its_own_but_a_line_in_two_registries_and_the_wall(
    copy: Copy, changed: set[str]
) -> None:
    assert changed == WRITTEN | OF_ALL
    for registry in ("contracts/feeds/__init__.py", "producers/simulators.py"):
        mine, theirs = copy.texts[registry], (ROOT / registry).read_text(encoding="utf-8")
        added = set(mine.splitlines()) - set(theirs.splitlines())
        assert len(added) == 1
        assert len(mine.splitlines()) == len(theirs.splitlines()) + 1


@pytest.mark.usefixtures("changed")
def test_it_passes_lint_and_its_tests(copy: Copy) -> None:
    for command in (
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy", *CODE),
        ("pytest", "-q", "-p", "no:cacheprovider", *TESTS, "tests/contracts/test_shared_code.py"),
        ("ioc", "dashboards", "check", "--no-sql"),
    ):
        done = copy.run(*command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)


@pytest.mark.usefixtures("changed")
def test_its_events_become_figures(copy: Copy, tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path, IOC_FEEDS=NAME, IOC_HISTORY_H="2")
    stack = Part(environment, "up", root=copy.root)
    stack.start()
    try:
        until(lambda: is_exact(environment), "figures are those of the events")
        assert stack.end(signal.SIGTERM) == 0, stack.log
    finally:
        stack.kill()


def is_exact(environment: dict[str, str]) -> bool:
    """Are the figures of all districts and the province there, and what their events say?"""
    try:
        with closing(client_of(environment)) as client:
            told = rows(
                client,
                "SELECT count() FROM indicator_latest"
                f" WHERE indicator = '{NAME}.measured' AND horizon_s = 86400 AND value > 0",
            )
            return told == [(11,)] and not any(
                rows(client, differing(f"{NAME}.{name}", counted, events(NAME), "17"))
                for name, counted in FIGURES.items()
            )
    except ClickHouseError:  # it does not answer yet, or has no tables yet
        return False


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("traffic",), "there is already a feed named 'traffic'"),
        (("Foo",), "'Foo' can't name a feed"),
        (("x",), "'x' can't name a feed"),
        (("a-b",), "'a-b' can't name a feed"),
        (("class",), "'class' can't name a feed"),
        (("calendar",), "producers/calendar.py is there already: take another name"),
        (("river", "--content", "rivers"), "--content rivers: there are economy, documents"),
        (("river", "--title", 'a"b'), "take a line of up to 60 letters"),
    ],
)
def test_a_mistake_gets_one_sentence_and_writes_nothing(
    copy: Copy, arguments: tuple[str, ...], sentence: str
) -> None:
    before = copy.texts
    done = copy.run("ioc", "new", "feed", *arguments)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.startswith("ioc: ")
    assert done.stderr.count("\n") == 1
    assert copy.texts == before


def test_elsewhere_it_says_where_it_can_be_run(copy: Copy, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ioc", "new", "feed", "river"],
        cwd=tmp_path, env=copy.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "run this in a checkout of the project" in done.stderr
    assert list(tmp_path.iterdir()) == []
