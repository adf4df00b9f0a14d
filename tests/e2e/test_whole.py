"""The whole stack, all feeds: a start, a restart, and every event accounted for after each."""

from pathlib import Path
from signal import SIGTERM

from contracts.registry import FEEDS
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.waiting import until


def test_every_event_is_accounted_for_after_a_start_and_a_restart(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path, IOC_RATE="10", IOC_HISTORY_H="0.05")
    for is_restored in (False, True):
        # A log of its own: the first one's figures are no sign that the second has begun.
        stack = Part(environment, "up", name="again" if is_restored else "first")
        stack.start()
        try:
            until(lambda: "accepted" in stack.log, "figures are shown")  # noqa: B023 - called in this turn
            until(
                lambda: run_ioc(environment, "audit").returncode == 0,
                "the audit finds nothing wrong",
            )
            assert ("restored" in stack.log) is is_restored
            status_is_readable(environment)
            assert stack.end(SIGTERM) == 0, stack.log
            assert "Traceback" not in stack.log
        finally:
            if stack.is_running:
                stack.end(SIGTERM)


def status_is_readable(environment: dict[str, str]) -> None:
    """In a terminal of 80 columns: each part, feed and audit in a line."""
    lines = run_ioc(environment | {"COLUMNS": "80"}, "status").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    for name in ("worker", "sink", "produce", "preview", "disk"):
        assert sum(line.startswith(name) for line in lines) == 1, lines
    for feed in FEEDS:
        assert sum(line.startswith(f"{feed.name} ") for line in lines) == 2, lines
