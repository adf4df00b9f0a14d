"""Programs that use the drivers of Java, Go and Node. Each prints a line for each check."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.archives import Archives, NoArchives
from tests.ioc.embedded.endpoint.running import WRITER, Running

HERE = Path(__file__).parent
LONGEST_S = 500


class NoToolchain(Exception):  # noqa: N818 - a reason to skip, not an error
    """Why a program can't be built on this machine, in one sentence."""


def jdbc(endpoint: Running) -> str:
    """The driver under DBeaver and Metabase, with its defaults. Raises NoToolchain."""
    try:
        archives = Archives("ClickHouse's JDBC driver", HERE / "jdbc").classpath()
    except NoArchives as reason:
        raise NoToolchain(str(reason)) from None
    if not shutil.which("javac"):
        raise NoToolchain("there is no Java compiler (javac)")
    return _seen(["java", "-cp", archives, str(HERE / "jdbc" / "Check.java")], endpoint)


def go(endpoint: Running) -> str:
    """The driver under Grafana's data source. Raises NoToolchain."""
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"}
    _fetch("go", ["go", "mod", "download"], HERE / "go", environment)
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/check"
        build = ["go", "build", "-o", program, "."]
        built = _run(build, HERE / "go", environment)
        assert built.returncode == 0, built.stderr
        return _seen([program], endpoint)


def node(endpoint: Running) -> str:
    """Raises NoToolchain."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "node"
        shutil.copytree(HERE / "node", program)
        _fetch("npm", ["npm", "ci", "--no-audit", "--no-fund"], program, os.environ)
        return _seen(["node", str(program / "check.mjs")], endpoint)


def _fetch(tool: str, command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
    if not shutil.which(tool):
        raise NoToolchain(f"there is no {tool}")
    done = _run(command, folder, environment)
    if done.returncode:
        raise NoToolchain(f"`{' '.join(command)}`: {done.stderr.strip()[-300:]}")


def _seen(command: list[str], endpoint: Running) -> str:
    done = _run([*command, str(endpoint.port), *WRITER], HERE, os.environ)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _run(
    command: list[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=LONGEST_S,
        check=False,
    )
