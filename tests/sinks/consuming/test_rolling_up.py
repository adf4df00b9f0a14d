"""Batches are released once their hours are rolled up, in order, and several by one pass."""

from collections.abc import Iterator, Sequence
from threading import Event

import pytest

from sinks.consuming.batch import Batch, Patience
from sinks.consuming.rolling_up import RollingUp
from sinks.consuming.route import RollUp
from sinks.errors import FatalSinkError
from tests.sinks.messages import Message
from tests.waiting import until


class Passes:
    """A roll-up that ends when ``answers`` has one: True, False, or an error to raise."""

    def __init__(self) -> None:
        self.begun: list[frozenset[tuple[str, str, int]]] = []
        self.answers: list[bool | Exception] = []
        self._answered = Event()

    def __call__(self, work: RollUp) -> bool:
        self.begun.append(work.hours)
        until(lambda: len(self.answers) >= len(self.begun), "the pass is answered")
        answer = self.answers[len(self.begun) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def passes() -> Iterator[Passes]:
    passes = Passes()
    yield passes
    passes.answers += [True] * 10


def batch(number: int, *hours: int) -> Batch:
    made = Batch(lambda _: 1, Patience(1, 0.0, 0.0))
    made.add([Message(b"{}", offset=number)], 0.0)
    made.hours = frozenset(("press", "148", hour) for hour in hours)
    return made


def numbers(batches: Sequence[Batch] | None) -> list[int]:
    assert batches is not None
    return [record.offset for batch in batches for record in batch.records]


def settled(rolling: RollingUp, passes: Passes, answer: bool | Exception) -> list[int]:
    passes.answers.append(answer)
    return numbers(until(rolling.advance, "a pass is over"))


def test_one_pass_rolls_up_all_that_was_inserted_during_the_one_before(passes: Passes) -> None:
    rolling = RollingUp("test", passes, Event())
    rolling.add(batch(1, 0, 3_600))
    assert rolling.advance() == []
    for made in (batch(2, 3_600), batch(3), batch(4, 7_200)):
        rolling.add(made)
        assert rolling.advance() == []
    assert rolling.waiting == 4
    assert settled(rolling, passes, answer=True) == [1]
    assert settled(rolling, passes, answer=True) == [2, 3, 4]
    assert [sorted(hour for _, _, hour in hours) for hours in passes.begun] == [
        [0, 3_600],
        [3_600, 7_200],
    ]
    assert rolling.waiting == 0


def test_what_has_nothing_to_roll_up_waits_only_for_what_came_before(passes: Passes) -> None:
    rolling = RollingUp("test", passes, Event())
    rolling.add(batch(1))
    assert numbers(rolling.advance()) == [1]
    rolling.add(batch(2, 0))
    assert rolling.advance() == []
    rolling.add(batch(3))
    passes.answers.append(True)
    assert numbers(rolling.finish()) == [2, 3]
    assert len(passes.begun) == 1


@pytest.mark.parametrize("answer", [False, FatalSinkError("no such table")])
def test_nothing_is_released_once_a_pass_has_failed(
    passes: Passes, answer: bool | Exception
) -> None:
    rolling = RollingUp("test", passes, Event())
    rolling.add(batch(1, 0))
    assert rolling.advance() == []
    rolling.add(batch(2))
    passes.answers.append(answer)
    if answer is False:
        assert rolling.finish() is None
    else:
        with pytest.raises(FatalSinkError):
            rolling.finish()
    assert rolling.waiting == 2
