"""clickhouse-connect's own integration tests against the embedded ClickHouse.

``python -m benchmarks.conformance ~/clickhouse-connect`` takes a checkout of its repository, for
its packages come without tests. The client is installed from there into an environment of its own.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from venv import EnvBuilder

from contracts.errors import IocError
from ioc.embedded.ports import answers, free_port

USER, PASSWORD = "conformance", "conformance"
START_S = 60.0
LEFT_OUT = ("ruff", "mypy", "pre-commit", "pytest-cov", "pytest-dotenv", "numpy")
"""Omitted requirements: tools that no test needs, and a numpy too old for its pyarrow."""


def environment(source: Path, folder: Path) -> Path:
    """A Python with the client and the requirements of its tests."""
    EnvBuilder(with_pip=True).create(folder)
    python = folder / "bin" / "python"
    wanted = (source / "tests" / "test_requirements.txt").read_text().splitlines()
    needed = [line for line in wanted if line and not line.startswith(LEFT_OUT)]
    install = [str(python), "-m", "pip", "install", "-q", str(source), "numpy", *needed]
    subprocess.run(install, check=True)  # noqa: S603 - a checkout that the user names
    return python


def endpoint(port: int, data: Path) -> subprocess.Popen[bytes]:
    """Start the embedded ClickHouse with a writer, who may create databases and tables."""
    options = [f"--port={port}", f"--path={data}", f"--user={USER}:{PASSWORD}"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "ioc.embedded.endpoint", *options], stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + START_S
    while not answers("127.0.0.1", port):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise IocError("the embedded ClickHouse did not start")
        time.sleep(0.1)
    return process


def outcomes(python: Path, source: Path, port: int, report: Path) -> list[tuple[str, str]]:
    """Pairs of outcome and name of all tests."""
    known = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "USER": USER,
        "PASSWORD": PASSWORD,
        "DOCKER": "False",
    }
    names = {f"CLICKHOUSE_CONNECT_TEST_{name}": value for name, value in known.items()}
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-o",
        "addopts=",
        "--continue-on-collection-errors",
        f"--junit-xml={report}",
    ]
    # Outside the sources, which would hide the installed client.
    suite = report.with_name("suite")
    shutil.copytree(source / "tests", suite / "tests")
    shutil.copy(source / "pyproject.toml", suite)  # pytest's options
    subprocess.run(  # noqa: S603 - a checkout that the user names
        [python, "-m", "pytest", *options, "tests/integration_tests"],
        cwd=suite,
        env={**os.environ, **names},
        check=False,
    )
    cases = ET.parse(report).iter("testcase")  # noqa: S314 - written by pytest just now
    return [(_outcome(case), f"{case.get('classname')}.{case.get('name')}") for case in cases]


def _outcome(case: ET.Element) -> str:
    kinds = {child.tag for child in case}
    if kinds & {"failure", "error"}:
        return "failed"
    return "skipped" if "skipped" in kinds else "passed"


def main() -> int:
    """Print the number of passed tests and the names of the others."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conformance", description=__doc__)
    parser.add_argument("source", type=Path, help="a checkout of clickhouse-connect")
    parser.add_argument("--python", type=Path, help="one that has client and tools already")
    given = parser.parse_args()
    if not (given.source / "tests" / "integration_tests").is_dir():
        print(f"{given.source} is no checkout of clickhouse-connect with its tests")
        return 1
    with TemporaryDirectory(prefix="ioc-conformance-") as name:
        folder = Path(name)
        python = given.python or environment(given.source, folder / "venv")
        port = free_port()
        served = endpoint(port, folder / "data")
        try:
            found = outcomes(python, given.source, port, folder / "report.xml")
        finally:
            served.kill()
    counts = Counter(outcome for outcome, _ in found)
    print(*(f"  {name}" for outcome, name in found if outcome == "failed"), sep="\n")
    print(f"{counts['passed']} of {len(found)} passed, {counts['failed']} failed", end="")
    print(f", {counts['skipped']} skipped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
