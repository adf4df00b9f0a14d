"""docs/analysts.md and its notebook, run over a seeded database: each question has an answer."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import Settings, load_settings
from dashboards.checks.seeding.rows import Extent, seed
from ioc import schema
from ioc.embedded.scratch import scratch_clickhouse
from sinks.client import reader, writer
from sinks.rollups.rolling import roll_up_missing
from tests.documents.reading import blocks
from tests.processes import ROOT

DOCUMENT = "docs/analysts.md"
NOTEBOOK = ROOT / "docs" / "examples" / "questions.ipynb"
QUESTIONS = [
    question.strip()
    for block in blocks("sql")
    if block.document == DOCUMENT
    for question in block.text.split(";\n")
    if question.strip()
]
DAYS_MINUTES = 3 * 1_440


@pytest.fixture(scope="module")
def database() -> Iterator[Settings]:
    """Three days of made-up life of dossiers and traffic."""
    feeds = [feed for feed in FEEDS if feed.name in ("dossier", "traffic")]
    with scratch_clickhouse(load_settings(clickhouse_memory_mb=800)) as settings:
        schema.apply(settings, FEEDS, load_reference(settings))
        until = datetime.now(UTC).replace(second=0, microsecond=0)
        with writer(settings) as client:
            seed(client, feeds, Extent(until, DAYS_MINUTES, 3_000, step_s=3_600, bins=10))
            roll_up_missing(client)
        yield settings


@contextmanager
def at(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    password = settings.clickhouse_reader_password
    for name, value in (
        ("HOST", settings.clickhouse_host),
        ("PORT", str(settings.clickhouse_port)),
        ("DATABASE", settings.clickhouse_database),
        ("READER_PASSWORD", password.get_secret_value()),
    ):
        monkeypatch.setenv(f"IOC_CLICKHOUSE_{name}", value)
    yield


def test_there_are_ten_questions() -> None:
    assert [re.match(r"-- (\d+)\. .+[?.]", each) is not None for each in QUESTIONS] == [True] * 10


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.split("\n")[0][3:40])
def test_a_question_has_an_answer(database: Settings, question: str) -> None:
    with reader(database) as client:
        found = client.query(question).result_rows
    # Made-up events lie in no made-up pane, and none is followed up by its id.
    assert found or question.startswith(("-- 8.", "-- 9."))


def test_the_program_connects_and_prints_a_table(database: Settings) -> None:
    (program,) = [block.text for block in blocks("python") if block.document == DOCUMENT]
    there = program.replace("18123", str(database.clickhouse_port)).replace(
        'database="ioc"',
        f'database="{database.clickhouse_database}", '
        f'password="{database.clickhouse_reader_password.get_secret_value()}"',
    )
    names: dict[str, Any] = {}
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(there, DOCUMENT, "exec"), names)
    assert "148" in printed.getvalue()
    assert names["table"].num_rows == len(load_reference(database).units.codes) + 1


def test_the_notebook_runs_from_top_to_bottom(
    database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = orjson.loads(NOTEBOOK.read_bytes())
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    names: dict[str, Any] = {}
    with at(database, monkeypatch):
        for number, cell in enumerate(cells):
            exec(compile(cell, f"cell {number}", "exec"), names)
    assert len(names["month"]) == len(load_reference(database).units.codes)
    assert names["month"]["share"].between(0, 1.5).all()
    assert [c["outputs"] for c in notebook["cells"] if c["cell_type"] == "code"] == [[]] * len(
        cells
    )
