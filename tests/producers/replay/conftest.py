"""The example of the documentation, and short ways to a converter."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.feed import Feed
from contracts.reference.province import load_reference
from contracts.reference.units import Units
from contracts.registry import feed_named
from contracts.settings import Settings
from producers.replay.convert import Converter
from producers.replay.mapping import load_mapping
from producers.replay.planner import make_plan

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
UNTIL_MS = round(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
MakeConverter = Callable[..., Converter]


@pytest.fixture(scope="session")
def units() -> Units:
    return load_reference(Settings(_env_file=None)).units


@pytest.fixture(scope="session")
def dossier() -> Feed:
    return feed_named("dossier")


@pytest.fixture
def converter(tmp_path: Path, units: Units, dossier: Feed) -> MakeConverter:
    """Makes the converter of a mapping's text."""

    def make(text: str, feed: Feed = dossier) -> Converter:
        path = tmp_path / "mapping.toml"
        path.write_text(text, encoding="utf-8")
        return Converter(make_plan(path, load_mapping(path), feed, units), feed, UNTIL_MS)

    return make
