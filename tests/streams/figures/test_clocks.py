"""Whatever a worker's clock does, panes and figures are those of a worker whose clock is right.

Two partitions are worked through as a worker does it, at instants of a true time that only broker
and steady clock know; the worker's own clock is off by whatever Hypothesis draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.indicators.parts import Parts
from contracts.messages import GAUGE, PANE, IndicatorRow
from contracts.reference.province import load_reference
from contracts.registry import feed_named
from contracts.settings import load_settings
from streams.figures.view import FeedView
from streams.kafka.broker_clock import BrokerClock
from streams.partition.idleness import Idleness
from streams.partition.messages import Message, emission
from streams.partition.state import PartitionState
from tests.streams import logs

FEED = feed_named("press")
SETTINGS = load_settings(**logs.RULES)
REFERENCE = load_reference(SETTINGS)
START_S = logs.START_MS / 1000
DAY_S = 86_400.0
DISTRICTS = ("148", "150")
ERRORS_S = (0.0, 3.0, -3.0, 30.0, -3_600.0, 7 * 3_600.0, 2 * DAY_S, -START_S, 70 * 365 * DAY_S)


class Step(NamedTuple):
    """So many seconds pass; then an article comes in a partition, or none (-1).

    ``error_s`` is how far the worker's own clock is off.
    """

    seconds: float
    partition: int
    error_s: float


class Figure(NamedTuple):
    indicator: str
    district: str
    horizon_s: int
    window_end: str
    as_of: str
    value: float | None


@dataclass
class Partition:
    """A partition's log so far, its state, and when it was active."""

    number: int
    state: PartitionState
    idleness: Idleness
    log: list[logs.Record] = field(default_factory=list)

    def publish(self, number: int, now_ms: int) -> None:
        event_id = str(UUID(int=number))
        district = DISTRICTS[self.number]
        self.log.append(
            logs.record("press", "article", now_ms, now_ms, event_id=event_id, district=district)
        )
        end = len(self.log)
        self.state.apply(logs.batch_of("press", self.log, end - 1, end))
        self.idleness.heard()


class Worker:
    """A worker of both stages; ``stamps`` says whether the broker stamps its messages."""

    def __init__(self, *, stamps: bool) -> None:
        self._stamps = stamps
        self.now_s = START_S
        self.error_s = 0.0
        self.clock = BrokerClock(lambda: self.now_s + self.error_s, lambda: self.now_s)
        self.view = FeedView(FEED, "17", {code: {} for code in DISTRICTS}, len(DISTRICTS))
        self.partitions = [
            Partition(
                number,
                PartitionState(FEED, SETTINGS, REFERENCE, {}),
                Idleness(self.clock, SETTINGS.idle_s, lambda: self.now_s),
            )
            for number in range(len(DISTRICTS))
        ]
        self.told: list[IndicatorRow] = []

    def go(self, steps: Sequence[Step], *, is_right: bool) -> None:
        for number, step in enumerate(steps):
            self.now_s += step.seconds
            self.error_s = 0.0 if is_right else step.error_s
            if step.partition >= 0:
                self.partitions[step.partition].publish(number, round(self.now_s * 1000))
            self.emit()

    def emit(self) -> None:
        now_ms = int(self.clock() * 1000)
        for held in self.partitions:
            watermark_s = held.idleness.watermark_s(held.state.watermark_s, is_read=True)
            if held.log:
                self._take(
                    emission("press", SETTINGS, held.number, held.state, watermark_s, now_ms)
                )
            else:
                self.view.put_empty(held.number)
        self.clock.confirmed(round(self.now_s * 1000) if self._stamps else None)
        self.told += self.view.report(now_ms)

    def _take(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self.view.upto += 1
            row = orjson.loads(message.value)
            kind = message.key.split("|")[0]
            if kind == PANE:
                self.view.put_pane(row)
            elif kind == GAUGE:
                self.view.put_gauge(row)
            else:
                self.view.put_progress(row)

    def figures(self) -> list[Figure]:
        """All emitted figures, in order."""
        return [Figure(**{name: row[name] for name in Figure._fields}) for row in self.told]  # type: ignore[literal-required]

    def latest(self) -> dict[tuple[str, str, int], Figure]:
        """The figures as in ``indicator_latest``: all are known up to the province's window."""
        newest: dict[tuple[str, str, int], tuple[tuple[int, str], Figure]] = {}
        for row, figure in zip(self.told, self.figures(), strict=True):
            key = figure[:3]
            rank = row["version"], row["computed_at"]
            if key not in newest or rank >= newest[key][0]:
                newest[key] = rank, figure
        known = {key[::2]: figure for key, (_, figure) in newest.items() if key[1] == "17"}
        return {
            key: figure
            if figure.window_end >= known[key[::2]].window_end
            else figure._replace(window_end=known[key[::2]].window_end, as_of=known[key[::2]].as_of)
            for key, (_, figure) in newest.items()
        }

    def panes(self) -> dict[str, Parts]:
        """The second stage's panes of each district, merged over all the time."""
        minute = int(self.now_s) // 60
        return {
            code: held.rolling.window(minute - 1_440, minute + 1)
            for code, held in self.view._districts.items()
        }


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from((1.0, 2.0, 2.0, 5.0, 25.0, 70.0, 3_000.0)),
        st.sampled_from((-1, -1, 0, 1)),
        st.sampled_from(ERRORS_S),
    ),
    min_size=1,
    max_size=25,
)
AT_REST = [Step(90.0, -1, 0.0), Step(2.0, -1, 0.0)]
"""Afterwards the clock is right, and a minute passes."""

A_LEAP = [
    Step(1.0, 0, 0.0),
    Step(1.0, 1, 0.0),
    Step(90.0, -1, 0.0),
    Step(2.0, -1, 2 * DAY_S),
    Step(2.0, -1, 0.0),
]
"""While all is silent, the clock is two days ahead for one emission."""


def both(steps: Sequence[Step], *, stamps: bool) -> tuple[Worker, Worker]:
    right, other = Worker(stamps=stamps), Worker(stamps=stamps)
    for worker, is_right in ((right, True), (other, False)):
        worker.go(steps, is_right=is_right)
        worker.go(AT_REST, is_right=True)
    return right, other


@pytest.mark.slow  # it works for seconds
@pytest.mark.parametrize("stamps", [True, False])
@settings(max_examples=150, deadline=None, derandomize=True)
@given(steps=STEPS)
@example(steps=A_LEAP)
def test_final_panes_and_latest_figures_are_the_same_whatever_the_clock_did(
    stamps: bool, steps: list[Step]
) -> None:
    right, other = both(steps, stamps=stamps)
    assert other.panes() == right.panes()
    assert other.latest() == right.latest()


@pytest.mark.slow  # it works for seconds
@settings(max_examples=100, deadline=None, derandomize=True)
@given(steps=STEPS)
@example(steps=A_LEAP)
def test_where_the_broker_stamps_no_figure_ever_follows_the_workers_clock(
    steps: list[Step],
) -> None:
    right, other = both(steps, stamps=True)
    assert other.figures() == right.figures()


def test_the_own_clock_is_not_believed_while_a_stamp_may_come() -> None:
    """A worker that starts with a clock 7 h ahead moves no watermark by it."""
    clock = BrokerClock(lambda: START_S + 7 * 3_600, lambda: 50.0)
    idleness = Idleness(clock, 20.0, iter((0.0, 50.0, 50.0)).__next__)
    assert idleness.watermark_s(START_S, is_read=True) == START_S
    clock.confirmed(round((START_S + 30) * 1000))
    assert idleness.watermark_s(START_S, is_read=True) == START_S + 10


def test_a_partition_with_more_to_read_does_not_follow_the_clock() -> None:
    clock = BrokerClock(lambda: START_S + 100)
    clock.confirmed(None)
    idleness = Idleness(clock, 20.0, iter((0.0, 50.0)).__next__)
    assert idleness.watermark_s(START_S, is_read=False) == START_S
