"""Waits end when their condition holds, or when nothing moves any more, however long it took."""

import sys
import time
from pathlib import Path

import pytest

from tests.processes import Process
from tests.standing import LINES
from tests.waiting import StandstillError, until, within

STILL_S = 1.5
WORK_S, LONG_S = 2.5, 60.0


class Script(Process):
    """Python code."""

    def __init__(self, folder: Path, code: str) -> None:
        super().__init__("script", folder / "script.log")
        self._code = code

    def command(self) -> list[str]:
        """See Process."""
        return [sys.executable, "-c", self._code]


def test_what_is_waited_for_is_given() -> None:
    answers = iter([0, None, "", "found"])
    assert until(lambda: next(answers), "something is found") == "found"


def test_where_nothing_moves_it_ends_with_what_stood_still(tmp_path: Path) -> None:
    with Script(tmp_path, "print('the last words', flush=True); input()") as script:
        began_s = time.monotonic()
        with pytest.raises(StandstillError) as raised:
            until(lambda: False, "pigs fly", STILL_S, progress=lambda: "17 of 18")
        assert time.monotonic() - began_s > STILL_S
        lines = str(raised.value).splitlines()
    assert lines[:2] == [
        "nothing has moved for 2 s, and still not: pigs fly",
        "it stands at 17 of 18",
    ]
    assert lines[2].startswith("processes: ")
    assert lines[2].endswith("script has ended with 1")  # shared ones may be named before it
    assert any(line.startswith("script: EOFError") for line in lines)
    assert len(lines) <= LINES
    assert script.state == "has ended with 1"


def test_a_process_that_works_or_waits_for_its_turn_is_waited_for(tmp_path: Path) -> None:
    code = f"import os, time; os.nice(19)\nwhile time.process_time() < {WORK_S}: pass"
    with Script(tmp_path, code) as script:
        assert script.wait(STILL_S) == 0


def test_a_promise_in_seconds_is_held_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.waiting.queued_s", dict)  # as on a machine with time for all
    with within(LONG_S):
        time.sleep(0.5)
    said = r"it took \d+\.\d s, \d+\.\d s of them in the queue"
    with pytest.raises(AssertionError, match=said), within(0.2):
        time.sleep(1)


def test_progress_is_waited_for_though_all_sleep() -> None:
    began_s = time.monotonic()

    def passed() -> int:
        return int(time.monotonic() - began_s)

    until(lambda: passed() >= WORK_S, "some seconds have passed", STILL_S, passed)
    with pytest.raises(StandstillError):
        until(lambda: passed() >= 3 * WORK_S, "more have", STILL_S)


def test_a_process_that_ends_before_it_answers_is_not_waited_for(tmp_path: Path) -> None:
    with (
        Script(tmp_path, "raise SystemExit('no port for me')") as script,
        pytest.raises(AssertionError, match=r"script has ended with 1\nno port for me"),
    ):
        script.await_port(1)
