"""Instants are compared as DateTime64: with a DateTime the engine passes over parts that belong.

``t < DateTime x`` on a DateTime64 column becomes ``t <= x - 1 s`` where the engine looks at the
index of a part. So a part whose earliest event is of the last second before x is passed over, and
``t > DateTime x`` likewise. An audit that ended on a full hour counted one event too few.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STATEMENTS = [
    path
    for folder in ("sinks", "dashboards", "ioc")
    for suffix in ("*.sql", "*.sql.txt", "*.py")
    for path in sorted((ROOT / folder).rglob(suffix))
]
INSTANTS = r"(?:occurred|received|detected|archived|rejected|published|computed|audited|due)_at"
WHOLE = r"(?:\{\w+:DateTime\('UTC'\)\}|now\(\)|toDateTime\(|\$__(?:from|to)Time|greatest\(\$)"
PASSED_OVER = re.compile(rf"{INSTANTS}\s*[<>](?!=)\s*{WHOLE}")


def test_no_statement_compares_an_instant_with_whole_seconds() -> None:
    assert len(STATEMENTS) > 100
    found = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in STATEMENTS
        for match in PASSED_OVER.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize("kind", ["recount", "hours"])
def test_bounds_of_the_audit_are_as_exact_as_instants(kind: str) -> None:
    folder = ROOT / "sinks" / "audit"
    files = (
        [folder / "queries" / "hours.sql"]
        if kind == "hours"
        else (folder / "recount").rglob("*.sql")
    )
    for path in files:
        assert not re.search(rf"{INSTANTS}[^\n]*:DateTime\('UTC'\)", path.read_text()), path
