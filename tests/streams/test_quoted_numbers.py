"""A time is ISO 8601 with a zone; a number in quotes would leave seconds or milliseconds open."""

import pytest

from streams.verdicts.contract import Refusal
from tests.streams.test_joining import BEAT, check

TIME = b'"occurred_at":"2026-11-20T03:00:00.000Z"'


@pytest.mark.parametrize(
    "member",
    [
        b'"occurred_at":"1763888400"',
        b'"occurred_at" : "1763888400.5"',
        b'"occurred_at":"1763888400000"',
        b'"occurred_at":"1.7e9"',
        b'"occurred_at":"\\u0031763888400"',  # the first digit as an escape
    ],
)
def test_a_number_in_quotes_is_no_time(member: bytes) -> None:
    value = BEAT.replace(TIME, member)
    assert value != BEAT
    beside, _, found = check([BEAT, BEAT, value])
    assert not isinstance(beside, Refusal)
    assert isinstance(found, Refusal)
    assert isinstance(check([value])[0], Refusal)


@pytest.mark.parametrize(
    "member",
    [
        b'"occurred_at":"2026-11-20T03:00:00Z"',
        b'"occurred_at":\t"2026-11-20T10:00:00+07:00"',
        b'"occurred_\\u0061t":"2026-11-20T03:00:00Z"',
    ],
)
def test_a_time_is_one_however_it_is_written(member: bytes) -> None:
    for found in check([BEAT.replace(TIME, member), BEAT]):
        assert not isinstance(found, Refusal)
        assert found["occurred_at"] == "2026-11-20T03:00:00.000Z"
