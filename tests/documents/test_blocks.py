"""Every block of the documents has a rule: it is run, or checked as far as it can be."""

import re
import tomllib
from pathlib import Path

import pytest

from contracts.feeds.dossier import DOSSIER
from contracts.metrics import METRICS
from contracts.reference.province import load_reference
from contracts.reference.targets import load_targets
from contracts.reference.units import load_units
from contracts.registry import FEEDS
from contracts.settings import load_settings
from producers.replay.mapping import load_mapping
from tests.documents.reading import Block, blocks, statements
from tests.processes import ROOT

RULES = {
    "bash": "test_commands.py",
    "console": "test_commands.py",
    "python": "test_sources.py",
    "sql": "tests/e2e/test_pipeline.py, tests/deploy/test_backup.py",
    "toml": "test_the_mapping_is_one",
    "csv": "test_a_file_of_reference_data_is_taken",
    "promql": "test_a_rule_for_prometheus_names_metrics_that_exist",
    "mermaid": "test_a_picture_names_folders_that_exist",
    "text": "test_what_a_command_prints_is_known",
}
"""Language of a block -> what looks at it."""
PRINTED = {
    "press: 1,218 published events": "tests/sinks/audit/test_command.py",
    "rows                  19": "tests/ioc/commands/test_cli.py",
}
"""Beginning of an output shown without its command -> the test of that output."""


def named(block: Block) -> str:
    return block.name


@pytest.mark.parametrize("block", blocks(), ids=named)
def test_a_block_has_a_rule(block: Block) -> None:
    assert block.language in RULES, f"{block.name}: say after the fence what it is: {set(RULES)}"


def test_a_rule_has_a_block() -> None:
    assert {block.language for block in blocks()} == set(RULES)


def test_statements_for_an_administrator_are_those_of_the_backup() -> None:
    """All others are queries, which run over the pipeline's own data."""
    verbs = {re.sub("--.*\n", "", statement).split()[0] for statement in statements()}
    assert verbs == {"SELECT", "BACKUP"}  # RESTORE is in the same block


@pytest.mark.parametrize("block", blocks("toml"), ids=named)
def test_the_mapping_is_one(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "map.toml"
    file.write_text(block.text, encoding="utf-8")
    fields = {name for model in DOSSIER.models for name in model.model_fields}
    mapping = load_mapping(file)
    assert {event.kind for event in mapping.event} <= set(DOSSIER.kinds)
    assert {*mapping.fields, *(name for event in mapping.event for name in event.fields)} <= fields
    assert tomllib.loads(block.text).keys() >= {"source", "id", "event"}


@pytest.mark.parametrize("block", blocks("csv"), ids=named)
def test_a_file_of_reference_data_is_taken(block: Block, tmp_path: Path) -> None:
    header, *rows = block.text.splitlines()
    file = tmp_path / "block.csv"
    file.write_text(block.text, encoding="utf-8")
    if header.startswith("code"):
        assert len([*load_units(file)]) == len(rows)
        return
    known = {feed.indicator_id(each) for feed in FEEDS for each in feed.indicators}
    assert len(load_targets(file, load_reference(load_settings()).units, known)) == len(rows)


@pytest.mark.parametrize("block", blocks("promql"), ids=named)
def test_a_rule_for_prometheus_names_metrics_that_exist(block: Block) -> None:
    used = set(re.findall(r"\bioc_\w+", block.text))
    assert used
    assert used <= {metric.name for metric in METRICS}


@pytest.mark.parametrize("block", blocks("mermaid"), ids=named)
def test_a_picture_names_folders_that_exist(block: Block) -> None:
    folders = re.findall(r"\b(\w+)/", block.text)
    assert folders
    assert all((ROOT / folder).is_dir() for folder in folders)


def test_what_a_command_prints_is_known() -> None:
    shown = [block.text for block in blocks("text")]
    assert len(shown) == len(PRINTED)
    for beginning, test in PRINTED.items():
        assert any(text.startswith(beginning) for text in shown), beginning
        assert (ROOT / test).is_file(), test
