"""``make test-report``: everything about the tests that failed last, in one file.

The plugin notes each failure when it happens, with the logs of the processes that ran then; the
command adds versions, machine and load, and the end of each log.
"""

import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.processes import ROOT
from tests.standing import FOLLOWED, STARTED, shown_settings, told

FOLDER = "failed-tests"
NOTES = ROOT / ".pytest_cache" / "d" / FOLDER
REPORT = ROOT / "test-report.txt"
LINES = 300
"""Lines of each log, from its end."""
ABOUT = ("TZ", "LANG", "LC_ALL", "PYTHONHASHSEED", "TEST_BROKER", "TEST_INSTANT", "PYTEST_ADDOPTS")


class Failures:
    """Notes every failure in pytest's cache folder; the notes of the last run are removed."""

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        if not hasattr(session.config, "workerinput"):
            for note in NOTES.glob("*.json"):
                note.unlink()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Iterator[None]:  # its result is a report, which mypy can't say of a wrapper
        report: pytest.TestReport = yield  # type: ignore[assignment]
        if report.failed:
            self._note(item, report)
        return report  # type: ignore[return-value]

    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        """After the last test of a module, forget the processes that its tests have started."""
        if nextitem is None or nextitem.path != item.path:
            STARTED.clear()

    def _note(self, item: pytest.Item, report: pytest.TestReport) -> None:
        note = {
            "test": item.nodeid,
            "when": report.when,
            "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
            "load": os.getloadavg(),
            "seed": item.config.getoption("randomly_seed", None),
            "standing": list(told()),
            "said": report.longreprtext,
            "logs": sorted(map(str, _logs(item))),
            "settings": [shown_settings(each.environment) for each in STARTED[-1:]],
        }
        NOTES.mkdir(parents=True, exist_ok=True)
        name = f"{datetime.now(UTC):%H%M%S%f}-{os.getpid()}.json"
        (NOTES / name).write_text(json.dumps(note), encoding="utf-8")


def _logs(item: pytest.Item) -> set[Path]:
    """Those of the module's processes, and all in the folders that the test was given."""
    found = {path for each in (*FOLLOWED, *STARTED) for path in each.logs if path.exists()}
    for value in getattr(item, "funcargs", {}).values():
        folder = value.get("IOC_DATA_DIR") if isinstance(value, Mapping) else value
        if isinstance(value, Path) or (isinstance(value, Mapping) and folder):
            found.update(Path(str(folder)).rglob("*.log"))
    return found


def report(notes: list[dict[str, Any]]) -> Iterator[str]:
    """The lines of the file."""
    memory = psutil.virtual_memory()
    yield f"{len(notes)} failed, {platform.platform()}, Python {platform.python_version()}"
    yield f"{os.cpu_count()} cores, {memory.available >> 20} of {memory.total >> 20} MB free"
    yield f"in {ROOT}, with " + ", ".join(f"{name}={os.environ.get(name)}" for name in ABOUT)
    for number, note in enumerate(notes, 1):
        yield f"\n{'=' * 100}\n{number}. {note['test']} ({note['when']}), {note['at']}"
        yield f"load {note['load']}, order of --randomly-seed={note['seed']}"
        yield from note["standing"]
        yield from map(str, note["settings"])
        yield f"\n{note['said']}"
        for log in map(Path, note["logs"]):
            yield f"\n--- {log}, the last {LINES} lines"
            yield from _end(log)
    yield f"\n{'=' * 100}\ninstalled:"
    yield ", ".join(sorted(f"{each.name} {each.version}" for each in distributions()))


def _end(log: Path) -> list[str]:
    try:
        return log.read_text(encoding="utf-8", errors="replace").splitlines()[-LINES:]
    except OSError as error:
        return [f"can't be read: {error.strerror}"]


def main() -> int:
    """Write the file; gives the exit code."""
    notes = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(NOTES.glob("*.json"))]
    if not notes:
        print("no test failed in the last run, or none has run yet: make test", file=sys.stderr)
        return 1
    REPORT.write_text("\n".join(report(notes)) + "\n", encoding="utf-8")
    print(f"{len(notes)} failed tests: {REPORT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
