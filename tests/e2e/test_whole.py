"""The whole stack, all feeds: a start, a restart, and every event accounted for after each."""

from pathlib import Path
from signal import SIGTERM

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
            assert stack.end(SIGTERM) == 0, stack.log
            assert "Traceback" not in stack.log
        finally:
            if stack.is_running:
                stack.end(SIGTERM)
