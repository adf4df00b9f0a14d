"""The data dictionary has every table and column with its comment, and is the one committed."""

from ioc.asking.dictionary import markdown
from sinks.client import reader
from tests.ioc.conftest import Database
from tests.processes import ROOT

OF_PARAMETRISED_VIEWS = ("figures", "figures_of")
"""They are described in docs/analysts.md: ClickHouse keeps no columns of them."""


def test_the_dictionary_is_up_to_date(database: Database) -> None:
    with reader(database.settings) as client:
        made = markdown(client)
    written = (ROOT / "docs" / "dictionary.md").read_text(encoding="utf-8")
    assert written == made, "write it anew: ioc dictionary > docs/dictionary.md"


def test_every_table_and_column_is_described(database: Database) -> None:
    written = (ROOT / "docs" / "dictionary.md").read_text(encoding="utf-8")
    tables = database.rows(
        "SELECT name, comment FROM system.tables WHERE database = currentDatabase() "
        "AND engine != 'MaterializedView'"
    )
    assert tables
    assert [name for name, comment in tables if not comment] == []
    missing = [name for name, _ in tables if f"\n### {name}\n" not in written]
    assert sorted(missing) == sorted(OF_PARAMETRISED_VIEWS)
    assert "| |\n" not in written.replace("| column | type | |\n", "")


def test_the_parametrised_views_are_described_by_hand(database: Database) -> None:
    """Each column that they give is in the page for analysts."""
    page = (ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")
    answer = database.client.query(
        "SELECT * FROM figures(since = '2026-01-01', until = '2026-01-01', grain = 'day') LIMIT 0"
    )
    assert answer.column_names
    assert [name for name in answer.column_names if f"| `{name}` |" not in page] == []
