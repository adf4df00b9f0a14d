"""Shared code names no feed: a new one is its own modules and its line in a registry."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.registry import FEEDS

ROOT = Path(__file__).parents[2]
SHARED = ("streams", "sinks", "dashboards")
OWN = ("dashboards/boards/feeds", "dashboards/boards/published", "sinks/audit/recount")
"""Folders of modules that are one feed's own, and the screen of a publication."""
GENERATED = ("dashboards/json", "dashboards/provisioning")
NAMES = "|".join(feed.name for feed in FEEDS)
NAMED = re.compile(rf"(?<![\w-])(?:{NAMES})(?:\.\w+)?|\bevents_(?:{NAMES})\b")
"""A feed's name, an indicator's id, or the table of a feed's events."""


def shared(suffix: str) -> Iterator[Path]:
    for folder in SHARED:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            if not path.relative_to(ROOT).as_posix().startswith((*OWN, *GENERATED)):
                yield path


def said(path: Path) -> Iterator[str]:
    """The texts of a Python file that code may compare or send; docstrings are exempt."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.alias):
            yield from re.split(r"[._]", node.name.lower())


def quoted(path: Path) -> Iterator[str]:
    """Strings and tables of an SQL file without its comments; the texts of other files."""
    text = re.sub(r"--.*|COMMENT '(?:[^']|'')*'", "", path.read_text(encoding="utf-8"))
    for one, other in re.findall(r"'((?:[^']|'')*)'|\"([^\"]*)\"", text):
        yield one or other
    yield from re.findall(r"\bevents_\w+", text)


@pytest.mark.parametrize("folder", SHARED)
def test_no_shared_module_names_a_feed(folder: str) -> None:
    paths = [path for path in shared(".py") if path.is_relative_to(ROOT / folder)]
    assert len(paths) > 10
    found = {path: [text for text in said(path) if NAMED.fullmatch(text)] for path in paths}
    assert {path.name: texts for path, texts in found.items() if texts} == {}


@pytest.mark.parametrize("suffix", [".sql", ".json"])
def test_no_shared_statement_or_data_names_a_feed(suffix: str) -> None:
    paths = list(shared(suffix))
    assert paths
    found = {path: [text for text in quoted(path) if NAMED.fullmatch(text)] for path in paths}
    assert {path.name: texts for path, texts in found.items() if texts} == {}


def test_a_name_would_be_found(tmp_path: Path) -> None:
    """The tests above find a name in every form."""
    code, statement = tmp_path / "a.py", tmp_path / "a.sql"
    code.write_text(
        "from contracts.feeds.press import PRESS\nID = 'dossier.open'\nT = 'events_traffic'\n"
    )
    statement.write_text("-- 'press'\nSELECT 1 FROM events_press WHERE feed = 'eoffice'\n")
    assert {text for text in said(code) if NAMED.fullmatch(text)} == {
        "press", "dossier.open", "events_traffic",
    }  # fmt: skip
    assert {text for text in quoted(statement) if NAMED.fullmatch(text)} == {
        "events_press", "eoffice",
    }  # fmt: skip
