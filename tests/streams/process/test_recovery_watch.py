"""A recovery says how far it is, and has a deadline."""

import logging

import pytest

from streams.process.ending import RecoveryWatch


class FakeRecovery:
    in_recovery = False
    left = 0

    def active_remaining_total(self) -> int:
        return self.left


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_progress_is_said_every_two_seconds_and_the_end_with_its_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    recovery, clock, ended = FakeRecovery(), Clock(), list[str]()
    watch = RecoveryWatch(recovery, 10, clock, ended.append)
    with caplog.at_level(logging.INFO):
        watch.look()
        recovery.in_recovery = True
        for clock.now_s, recovery.left in ((1, 1_000), (2, 900), (3, 800), (4, 300), (5, 100)):
            watch.look()
        recovery.in_recovery = False
        clock.now_s = 6.5
        watch.look()
        watch.look()
    assert caplog.messages == [
        "recovering the state: 200 of 1,000 records of the changelogs read in 2 s",
        "recovering the state: 900 of 1,000 records of the changelogs read in 4 s",
        "state recovered in 5.5 s (1000 records)",
    ]
    assert ended == []


def test_a_recovery_past_its_deadline_ends_the_process_with_what_to_do() -> None:
    recovery, clock, ended = FakeRecovery(), Clock(), list[str]()
    watch = RecoveryWatch(recovery, 10, clock, ended.append)
    recovery.in_recovery, recovery.left = True, 50
    watch.look()
    clock.now_s = 10.5
    recovery.left = 20
    watch.look()
    (why,) = ended
    assert why == (
        "the state was not recovered within 10 s: 30 of 50 records of the changelogs read; raise "
        "IOC_RECOVERY_DEADLINE_S, or stop the workers and run `ioc rebuild --from archive`"
    )


def test_the_next_recovery_has_the_whole_time_again() -> None:
    recovery, clock, ended = FakeRecovery(), Clock(), list[str]()
    watch = RecoveryWatch(recovery, 10, clock, ended.append)
    for start_s in (0.0, 100.0):
        recovery.in_recovery = True
        clock.now_s = start_s
        watch.look()
        clock.now_s = start_s + 9
        watch.look()
        recovery.in_recovery = False
        watch.look()
    assert ended == []
