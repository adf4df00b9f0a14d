"""The benchmark of conformance, with a suite of two tests in the place of the client's own."""

import sys
from pathlib import Path

from benchmarks.conformance import endpoint, outcomes
from ioc.embedded.ports import free_port

SUITE = """
import os, urllib.request

def ask(sql):
    name = "CLICKHOUSE_CONNECT_TEST_"
    user, password = os.environ[f"{name}USER"], os.environ[f"{name}PASSWORD"]
    address = f"http://127.0.0.1:{os.environ[name + 'PORT']}/?user={user}&password={password}"
    return urllib.request.urlopen(address, sql.encode()).read()

def test_well():
    assert ask("SELECT 1") == b"1\\n"

def test_not_well():
    assert ask("SELECT 1") == b"2\\n"
"""


def test_outcomes_are_counted(tmp_path: Path) -> None:
    suite = tmp_path / "tests" / "integration_tests"
    suite.mkdir(parents=True)
    (suite / "test_two.py").write_text(SUITE)
    (tmp_path / "pyproject.toml").touch()
    port = free_port()
    served = endpoint(port, tmp_path / "data")
    try:
        found = outcomes(Path(sys.executable), tmp_path, port, tmp_path / "report.xml")
    finally:
        served.kill()
        served.wait()
    assert sorted(outcome for outcome, _ in found) == ["failed", "passed"]
