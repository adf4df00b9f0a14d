"""``make test-report`` gathers everything about a failed test."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.processes import ROOT

FAILING = """
from tests.e2e.running import Part, ioc_environment

def test_that_fails(tmp_path):
    environment = ioc_environment(tmp_path, IOC_CLICKHOUSE_PASSWORD="p-secret", IOC_FEEDS="press")
    with Part(environment, "no-such-command") as part:
        part.wait()
        assert part.state == "runs"
"""


def test_a_failed_test_leaves_its_logs_and_the_machine(tmp_path: Path) -> None:
    """In a run of its own, with its own folder for notes."""
    (tmp_path / "test_it.py").write_text(FAILING)
    code = (
        "import sys, pytest; from pathlib import Path; from tests import failing;"
        f"failing.NOTES, failing.REPORT = Path({str(tmp_path / 'notes')!r}), Path('report');"
        f"pytest.main(['-p', 'tests.conftest', '-p', 'no:cacheprovider', {str(tmp_path)!r}]);"
        "sys.exit(failing.main())"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TZ": "America/St_Johns"}
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (note,) = [json.loads(path.read_text()) for path in (tmp_path / "notes").glob("*.json")]
    assert note["test"].endswith("test_it.py::test_that_fails")
    assert [Path(log).name for log in note["logs"]] == ["no-such-command.log"]
    told = (tmp_path / "report").read_text()
    for part in ("No such command 'no-such-command'", "--randomly-seed=", "TZ=America/St_Johns"):
        assert part in told
    assert "chdb" in told
    assert "'IOC_CLICKHOUSE_PASSWORD': '***'" in told
    assert "p-secret" not in told.replace('IOC_CLICKHOUSE_PASSWORD="p-secret"', "")
