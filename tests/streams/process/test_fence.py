"""A worker that stood still for longer than its session ends instead of writing."""

import os
import signal
import subprocess
import sys
import time

from streams.process.ending import EXIT_FATAL, Fence

SESSION_S = 6.0


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def fence_with(clock: Clock, ended: list[str]) -> Fence:
    return Fence(SESSION_S, clock, ended.append)


def test_a_clock_that_goes_on_ends_nothing() -> None:
    clock, ended = Clock(), list[str]()
    fence = fence_with(clock, ended)
    for _ in range(50):
        clock.now_s += 3.9
        fence.check()
    assert ended == []


def test_a_leap_of_more_than_two_thirds_of_a_session_ends_the_process() -> None:
    clock, ended = Clock(), list[str]()
    fence = fence_with(clock, ended)
    clock.now_s += 4.1
    fence.check()
    assert ended == [
        "it stood still for 4.1 s, in which another worker may have taken over (4.0 s are safe)"
    ]


SLEEPER = """
import time
from streams.process.ending import Fence
Fence(0.9).start()
print("awake", flush=True)
time.sleep(60)
"""


def test_a_stopped_process_ends_by_itself_once_it_goes_on() -> None:
    process = subprocess.Popen([sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"awake\n"
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(1.5)  # the leap that it has to notice
        os.kill(process.pid, signal.SIGCONT)
        assert process.wait() == EXIT_FATAL  # it would sleep for a minute, and end with 0
    finally:
        process.kill()


def test_a_slow_start_ends_nothing() -> None:
    """A worker under load took 2.5 s to make its app, with 2 s safe: it ended as it began."""
    clock, ended = Clock(), list[str]()
    fence = fence_with(clock, ended)
    clock.now_s += 60
    fence.start()
    fence.check()
    assert ended == []
