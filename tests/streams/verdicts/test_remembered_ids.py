"""Ids of hours ago are found or forgotten, whatever the cuts and restarts."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from contracts.messages import position
from contracts.settings import load_settings
from streams.verdicts.duplicates import DuplicateFilter
from streams.verdicts.id_hashes import hashes
from streams.verdicts.id_segment import FEW, IdSegment
from streams.verdicts.remembered_ids import FEW_BEHIND, RememberedIds

START_S = 1_800_000_000.0
SETTINGS = load_settings(duplicate_window=8, lateness_h=1)
"""Segments are four records long."""


def ids(*numbers: int) -> list[str]:
    return [str(UUID(int=number)) for number in numbers]


class Log:
    """A filter that is fed one record after another, and what its table holds."""

    def __init__(self, table: dict[str, bytes] | None = None, origin: int = 0) -> None:
        self.table = table or {}
        self.filter = DuplicateFilter(SETTINGS, origin)
        self.offset = 0

    def send(self, number: int, second: float, replays: int | None = None) -> bool:
        """Is the event a duplicate?"""
        named = {} if replays is None else {0: replays}
        found = self.filter.repeated(ids(number), [START_S + second], [self.offset], named)
        self.offset += 1
        return bool(found)

    def pass_by(self, count: int, second: float) -> None:
        """So many others."""
        for _ in range(count):
            assert not self.send(int(second + 1) * 1_000_000 + self.offset, second)

    def store(self) -> None:
        for writes in (self.filter.take_gone(), self.filter.take_writes()):
            for key, packed in writes.items():
                if packed is None:
                    self.table.pop(key, None)
                else:
                    self.table[key] = packed


def test_a_repeat_far_behind_is_a_duplicate_as_long_as_lateness_reaches() -> None:
    for second in (3_600, 3_601):
        log = Log()
        log.send(1, 0)
        log.pass_by(3, 0)
        log.pass_by(1_000, second)
        assert log.send(1, 0) == (second == 3_600)


def test_a_late_event_among_others_is_found_again() -> None:
    """Its minute has a single id in its segment."""
    log = Log()
    log.pass_by(50, 1_000)
    log.send(1, 10)
    log.pass_by(50, 1_000)
    assert log.send(1, 10)
    assert not log.send(2, 10)


def test_a_minute_with_many_ids_is_found_again() -> None:
    wide = DuplicateFilter(load_settings(duplicate_window=256))
    many = ids(*range(FEW * 10))
    for first in (0, 1_000, 2_000):
        more = [START_S + first] * len(many)
        others = ids(*range(10_000 + first, 10_000 + first + len(many)))
        wide.repeated(many if not first else others, more, range(first, first + len(many)))
    found = wide.repeated(many, [START_S] * len(many), range(3_000, 3_000 + len(many)))
    assert found == set(range(len(many)))


@pytest.mark.parametrize("count", [1, FEW_BEHIND, FEW_BEHIND + 1, 40])
def test_few_are_found_as_many_are(count: int) -> None:
    wide = DuplicateFilter(load_settings(duplicate_window=64))
    old, late = ids(*range(40)), [START_S + 7.0 * number for number in range(40)]
    wide.repeated(old, late, range(40))
    for first in range(40, 400, 40):
        others, times_s = ids(*range(first, first + 40)), [START_S + 999.0] * 40
        assert not wide.repeated(others, times_s, range(first, first + 40))
    again = range(400, 400 + count)
    assert wide.repeated(old[:count], late[:count], again) == set(range(count))
    assert not wide.repeated(ids(*range(900, 900 + count)), late[:count], again)


def test_a_replay_names_the_last_of_all_places() -> None:
    log = Log()
    log.send(1, 0)
    log.pass_by(20, 60)
    assert log.send(1, 0)  # at offset 21
    log.pass_by(20, 60)
    assert log.send(1, 0, replays=0)
    log.pass_by(20, 60)
    assert not log.send(1, 0, replays=42)
    log.pass_by(20, 60)
    assert log.send(1, 0, replays=42)


def test_what_is_let_go_stays_in_the_table_until_the_next_batch() -> None:
    """A batch that is worked again after a crash needs what its first working let go."""
    log = Log()
    log.pass_by(20, 0)
    log.store()
    before = dict(log.table)
    log.pass_by(20, 7_200)
    assert log.filter.take_gone().keys() > before.keys()


def test_segments_of_a_batch_that_was_not_stored_count_for_nothing() -> None:
    log = Log()
    log.pass_by(8, 0)
    log.send(1, 0)
    log.pass_by(20, 60)
    log.store()
    again = Log(log.table)
    again.filter.load(log.table, 8)
    again.offset = 8
    assert not again.send(1, 0)


def test_an_older_log_is_remembered_in_a_new_one() -> None:
    log = Log()
    log.send(1, 0)
    log.pass_by(20, 60)
    log.store()
    later = Log(log.table, position(1, 0))
    later.filter.load(log.table, position(1, 0))
    assert later.send(1, 0, replays=0)
    later.pass_by(20, 120)
    assert later.send(1, 0)
    later.pass_by(20, 120)
    assert not later.send(1, 0, replays=21)
    assert not later.send(2, 0)


def test_the_end_of_an_older_log_is_remembered_where_the_new_one_repeats_all() -> None:
    """Its last ids are in no segment yet, so they are carried over; then they are in the table."""
    log, sent = Log(), [(number, 60.0 * number) for number in range(1, 40)]
    for number, second in sent:
        assert not log.send(number, second)
    log.store()
    later = Log(log.table, position(1, 0))
    later.filter.load(log.table, position(1, 0))
    since = later.filter.packed_to
    assert 0 < since < len(sent)
    left = sent[since:]
    later.filter.carry_over(
        ids(*(number for number, _ in left)),
        [START_S + second for _, second in left],
        range(since, len(sent)),
    )
    later.store()
    again = Log(later.table, position(1, 0))
    again.filter.load(later.table, position(1, 0))
    for each in (later, again):
        assert all(each.send(*event) for event in sent)
        assert not each.send(40, 2_400)


def test_the_oldest_go_where_there_are_too_many() -> None:
    remembered = RememberedIds(size=4, lateness_s=3_600, most=8)
    for number in range(40):
        if number >= remembered.cut:
            remembered.close(number)
        remembered.add(ids(number), np.array([START_S]), [number])
    assert len(remembered.take_writes()) - len(remembered.take_gone()) == 2


@pytest.mark.parametrize("shift", range(0, 112, 8))
def test_ids_that_only_count_up_have_hashes_of_their_own(shift: int) -> None:
    """Not all sources have random ids: some digits count, the others stay."""
    first, _ = hashes("".join(ids(*(number << shift for number in range(2**16)))))
    assert len(np.unique(first)) == 2**16


def test_two_digits_that_differ_make_another_hash() -> None:
    numbers = [a << high | b << low for high in (60, 124) for low in (0, 56) for a in range(16)
               for b in range(1, 16)]  # fmt: skip
    first, second = hashes("".join(ids(*set(numbers))))
    assert len(set(zip(first.tolist(), second.tolist(), strict=True))) == len(set(numbers))


def test_a_segment_takes_fourteen_bytes_an_id() -> None:
    count = 8_192
    packed = IdSegment.of(
        "".join(ids(*range(count))),
        np.arange(count, dtype=np.uint16),
        np.full(count, START_S),
        (0, count),
        (START_S, START_S),
    ).packed
    assert len(packed) / count < 14.1


Sent = tuple[int, int]
"""Id, and the step of event time before it: the time goes with the id."""

LOGS = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from((0, 0, 1, 61, 900, 2_000))),
    min_size=1,
    max_size=60,
)  # fmt: skip


@examples(max_examples=100, deadline=None, derandomize=True)
@given(sent=LOGS, data=st.data())
def test_neither_batches_nor_restarts_change_a_verdict(
    sent: Sequence[Sent], data: st.DataObject
) -> None:
    times: dict[int, float] = {}
    now_s = START_S
    for number, step in sent:
        now_s += step
        times.setdefault(number, now_s)
    whole = DuplicateFilter(SETTINGS)
    names, at = [number for number, _ in sent], [times[number] for number, _ in sent]
    expected = whole.repeated(ids(*names), at, range(len(sent)))
    log, found = Log(), set[int]()
    while log.offset < len(sent):
        if data.draw(st.booleans()):
            held, following = log.table, log.offset
            log = Log(held)
            log.filter.load(held, following)
            if following:
                back = range(max(0, following - 8), following)
                log.filter.repeated(ids(*names[back[0] : following]), at[back[0] : following], back)
            log.offset = following
        part = range(log.offset, data.draw(st.integers(log.offset + 1, len(sent))))
        stretch = slice(part.start, part.stop)
        gone = log.filter.take_gone()
        found |= {part[n] for n in log.filter.repeated(ids(*names[stretch]), at[stretch], part)}
        for key in gone:
            log.table.pop(key, None)
        log.store()
        log.offset = part.stop
    assert found == expected
