"""A forked command is what ``python -m`` starts: its output, exit code, signals."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.forking import FORKING, Forked
from tests.waiting import until

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every command is an exec")


@linux
def test_it_says_and_returns_what_a_new_interpreter_does(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path, IOC_LATNESS_H="3")
    forked = run_ioc(environment, "status")
    executed = subprocess.run(
        [sys.executable, "-m", "ioc", "status"], env=environment, capture_output=True, text=True
    )
    assert FORKING.can(forked.args, environment)
    assert "IOC_LATENESS_H" in executed.stderr
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        executed.returncode,
        executed.stdout,
        executed.stderr,
    )


@linux
def test_it_is_a_process_of_its_own_that_a_signal_ends(tmp_path: Path) -> None:
    part = Part(ioc_environment(tmp_path), "worker")
    with part:
        assert isinstance(part.process, Forked)
        assert part.pid != os.getpid()
        until(lambda: part.log, "it says something")
        assert part.end(signal.SIGKILL) == -signal.SIGKILL
    assert not Path(f"/proc/{part.pid}").exists()


@pytest.mark.parametrize("name", ["PYTHONHASHSEED", "LC_ALL", "TZ", "LD_PRELOAD"])
def test_what_an_interpreter_reads_at_its_start_needs_a_new_one(name: str) -> None:
    assert not FORKING.can([sys.executable, "-m", "ioc"], {**os.environ, name: "another"})


@pytest.mark.parametrize("command", [["-m", "tests.clock"], ["-c", "pass"]])
def test_other_code_needs_a_new_one(command: list[str]) -> None:
    assert not FORKING.can([sys.executable, *command], os.environ)
