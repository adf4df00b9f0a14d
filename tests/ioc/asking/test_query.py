"""`ioc query` prints a line for each row, with unchanged cells."""

import pytest

from ioc.asking.query import MOST_ROWS, run_query
from tests.dashboards.seeded import Engine


@pytest.fixture
def printed(engine: Engine, capsys: pytest.CaptureFixture[str]) -> "Printed":
    return Printed(engine, capsys)


class Printed:
    """Asks the engine that all tests of statements share."""

    def __init__(self, engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
        self._settings = engine.settings
        self._capsys = capsys

    def __call__(self, sql: str, output: str = "table") -> list[str]:
        run_query(self._settings, sql, output)
        return self._capsys.readouterr().out.splitlines()


def test_a_cell_is_no_markup_and_no_emoji(printed: Printed) -> None:
    assert printed("SELECT '[/km 45]' AS road, 'a:100:b' AS code")[1].split("  ") == [
        "[/km 45]",
        "a:100:b",
    ]


def test_a_long_cell_is_not_folded(printed: Printed) -> None:
    header, row = printed("SELECT repeat('x', 500) AS long, 1 AS one")
    assert row.split() == ["x" * 500, "1"]
    assert header.split() == ["long", "one"]


def test_a_long_result_is_cut_with_a_sentence(printed: Printed) -> None:
    sql = f"SELECT number FROM numbers({MOST_ROWS + 5})"
    *rows, sentence = printed(sql)
    assert len(rows) == 1 + MOST_ROWS
    assert sentence.startswith("1,000 of 1,005 rows are shown: ")
    assert len(printed(sql, "csv")) == 1 + MOST_ROWS + 5
