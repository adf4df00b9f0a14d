"""Work that stands still is detected; idleness and slowness are not mistaken for it."""

from contracts.vitals import Standing
from ioc.monitoring.monitor import Progress

LIMIT_S = 10.0


def test_work_that_stands_still_is_named_with_its_age() -> None:
    progress = Progress(LIMIT_S)
    progress.look({"route panes": Standing(7, 3)}, 100.0)
    progress.look({"route panes": Standing(7, 1200)}, 110.0)
    assert progress.fault(110.0) is None
    assert progress.fault(111.0) == "route panes stands still for 11 s (1,200 waiting)"


def test_work_that_moves_at_all_gets_on() -> None:
    progress = Progress(LIMIT_S)
    for second in range(0, 60, 9):
        progress.look({"traffic/0": Standing(second, 5_000)}, float(second))
        assert progress.fault(float(second)) is None


def test_idleness_is_no_fault_and_its_time_does_not_count() -> None:
    progress = Progress(LIMIT_S)
    progress.look({"traffic/0": Standing(7, 0)}, 0.0)
    assert progress.fault(500.0) is None
    progress.look({"traffic/0": Standing(7, 1)}, 500.0)
    progress.look({"traffic/0": Standing(7, 1)}, 509.0)
    assert progress.fault(509.0) is None
    assert progress.fault(511.0) is not None


def test_what_went_to_another_process_is_forgotten() -> None:
    progress = Progress(LIMIT_S)
    progress.look({"traffic/0": Standing(7, 1), "traffic/1": Standing(7, 1)}, 0.0)
    progress.look({"traffic/1": Standing(8, 1)}, 20.0)
    assert progress.fault(20.0) is None
    progress.look({"traffic/0": Standing(7, 1)}, 21.0)
    assert progress.fault(21.0) is None


def test_the_longest_standstill_is_told() -> None:
    progress = Progress(LIMIT_S)
    progress.look({"route panes": Standing(1, 4)}, 0.0)
    progress.look({"route panes": Standing(1, 4), "route rejects": Standing(9, 6)}, 5.0)
    assert progress.fault(30.0) == "route panes stands still for 30 s (4 waiting)"
