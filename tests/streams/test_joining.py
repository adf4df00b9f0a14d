"""Attacks on the joined check: values made so that their neighbours change what they mean.

``test_checking`` has the plain cases. Here pieces of events are glued at random, so that the number
of elements, of joints and of braces comes out right although no single value is an event.
"""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.event import Checked
from contracts.messages import Reason
from contracts.registry import feed_named
from streams.verdicts.contract import DETAIL_CHARS, Checker, Refusal, Verdict
from tests.contracts.samples import SAMPLES

CODES = frozenset({"148", "150"})
MAX_BYTES = 4_000
MANY = 250
KINDS = sorted(SAMPLES)


def compact(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


BEAT = compact(SAMPLES["traffic", "heartbeat"])
SEEN = compact(SAMPLES["traffic", "detection"])
CHECKER = Checker(feed_named("traffic"), CODES, MAX_BYTES, 1)


def check(values: Sequence[bytes | None], key: bytes = b"148") -> list[Verdict]:
    return list(CHECKER.check([key] * len(values), values))


def alone(values: Sequence[bytes | None]) -> list[Verdict]:
    return [verdict for value in values for verdict in check([value])]


@pytest.mark.parametrize("field", ["road", "kind", "occurred_at", "event_id"])
def test_a_list_cut_in_two_beside_two_events_in_one(field: str) -> None:
    """Joined: ``[{"road":[{},\\n{}],…event…},\\n{…},{…}]``: three objects, two joints, all events.

    For of a key that stands twice the last one counts, and the first may hold anything. Alone, the
    first two are no JSON, and the third is two events.
    """
    values: list[bytes | None] = [
        b'{"%b":[{}' % field.encode(),
        b"{}]," + BEAT[1:],
        BEAT + b"," + BEAT,
    ]
    verdicts = check(values)
    assert [isinstance(verdict, Refusal) for verdict in verdicts] == [True] * 3
    assert verdicts == alone(values)


def test_a_joint_inside_a_text_is_no_joint() -> None:
    start, end = SEEN.split(b'"road":"', 1)
    values: list[bytes | None] = [start + b'"road":"a}', b"{" + end, SEEN + b"," + BEAT]
    assert check(values) == alone(values)
    assert all(isinstance(verdict, Refusal) for verdict in check(values))


GLUE = (
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"\n", b" ", b"},\n{", b"},{", b"{}", b"[{}", b"{}]",
    b'{"road":[{}', b'{"lane":[[{}', b'{}],"road":"x"', b"{}],", b"{}]],", b'"road":"', b"\\",
    b'\\"', b"\x00", b"\xff", b"\xef\xbb\xbf", b"NaN", b"1e999", b"null", b'{"a":{', b"}}",
    b'"kind":"heartbeat"', b'"x":', b"//", b"\\u0022", b"\xed\xa0\x80",
)  # fmt: skip
PIECES = st.sampled_from(
    (*GLUE, BEAT, SEEN, BEAT[1:], SEEN[1:], BEAT[:-1], SEEN[:-1], BEAT[1:-1], SEEN[1:-1])
)


@st.composite
def cut_up(draw: st.DrawFn) -> list[bytes | None]:
    """A run of pieces cut into values anywhere, then a few repairs by whole events."""
    values: list[bytes | None] = [
        b"".join(draw(st.lists(PIECES, max_size=4))) for _ in range(draw(st.integers(1, 5)))
    ]
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(values)))
        values.insert(place, draw(st.sampled_from((BEAT, SEEN, BEAT + b"," + SEEN, None))))
    return values


@pytest.mark.slow  # it works for seconds
@settings(max_examples=1_500, deadline=None, derandomize=True)
@given(values=cut_up())
def test_neighbours_do_not_matter_to_scraps(values: list[bytes | None]) -> None:
    assert check(values) == alone(values)


SIGHTS = (BEAT, SEEN, BEAT + b"," + SEEN, BEAT + b"," + SEEN + b"," + BEAT)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(
    field=st.sampled_from([b"road", b"lane", b"kind", b"violation", b"x"]),
    depth=st.integers(1, 3),
    before=st.lists(st.sampled_from(SIGHTS), max_size=2),
    between=st.lists(st.sampled_from((*SIGHTS, b"{}")), max_size=2),
    after=st.lists(st.sampled_from(SIGHTS), max_size=2),
)
def test_neighbours_do_not_matter_to_lists_left_open(
    field: bytes, depth: int, before: list[bytes], between: list[bytes], after: list[bytes]
) -> None:
    """A list is opened in one value and closed in a later one, beside values of several events."""
    opened = b'{"%b":' % field + b"[" * depth + b"{}"
    closed = b"{}" + b"]" * depth + b"," + SEEN[1:]
    values: list[bytes | None] = [*before, opened, *between, closed, *after]
    assert check(values) == alone(values)


@pytest.mark.parametrize(("feed", "kind"), KINDS)
def test_an_event_is_taken_beside_others_and_alone(feed: str, kind: str) -> None:
    checker = Checker(feed_named(feed), CODES, MAX_BYTES, 1)
    value = compact(SAMPLES[feed, kind])
    pretty = json.dumps(SAMPLES[feed, kind], indent=2, ensure_ascii=False).encode() + b"\n"
    for values in ([value], [value] * 3, [pretty], [value, pretty, b" " + value]):
        for verdict in checker.check([b"148"] * len(values), values):
            assert not isinstance(verdict, Refusal)
            assert verdict["kind"] == kind


def test_the_verdict_stands_where_its_value_stood() -> None:
    other = BEAT.replace(b'"148"', b'"150"')
    values: list[bytes | None] = [BEAT, b"{", other, None, SEEN]
    found = list(CHECKER.check([b"148", b"148", b"150", b"148", b"150"], values))
    assert isinstance(found[0], Checked)
    assert isinstance(found[1], Refusal)
    assert isinstance(found[2], Checked)
    assert found[3] == Refusal(Reason.MALFORMED, "the message has no value")
    assert found[4] == Refusal(Reason.MALFORMED, "the message key is not the event's district")
    assert [found[0]["district"], found[2]["district"]] == ["148", "150"]


def test_no_values_have_no_verdicts() -> None:
    assert check([]) == []


def test_the_size_limit_is_exact() -> None:
    fits = BEAT + b" " * (MAX_BYTES - len(BEAT))
    (verdict,) = check([fits])
    assert isinstance(verdict, Checked)
    beside, over = check([BEAT, fits + b" "])
    assert isinstance(beside, Checked)
    assert over == Refusal(Reason.TOO_LARGE, "4001 bytes, more than the 4000 allowed")


def test_too_large_is_said_before_malformed() -> None:
    (verdict,) = check([b"{" * (MAX_BYTES + 1)])
    assert isinstance(verdict, Refusal)
    assert verdict.reason is Reason.TOO_LARGE


def test_an_unknown_unit_is_said_before_a_wrong_key() -> None:
    (verdict,) = check([BEAT.replace(b'"148"', b'"17"')])
    assert isinstance(verdict, Refusal)
    assert verdict.reason is Reason.UNKNOWN_UNIT


SECRET = "Quách-Thị-B-0987654321"


@settings(max_examples=400, deadline=None, derandomize=True)
@given(data=st.data())
def test_the_detail_never_repeats_what_the_message_says(data: st.DataObject) -> None:
    feed, kind = data.draw(st.sampled_from(KINDS))
    fields = dict(SAMPLES[feed, kind])
    name = data.draw(st.sampled_from(sorted(fields)))
    odd: list[object] = [SECRET, [SECRET], {SECRET: SECRET}, [[{SECRET: 1}]], SECRET * 9]
    sort = data.draw(st.sampled_from(("value", "key", "nested", "broken", "text")))
    if sort == "value":
        fields[name] = data.draw(st.sampled_from(odd))
    elif sort == "key":
        fields[SECRET] = fields.pop(name)
    value = compact(fields)
    if sort == "nested":
        value = compact({"kind": {SECRET: fields}})
    elif sort == "broken":
        value = value.replace(b'"source":"test"', b'"source":"' + SECRET.encode() + b"\n")
    elif sort == "text":
        value = json.dumps(SECRET).encode() if data.draw(st.booleans()) else SECRET.encode()
    (verdict,) = Checker(feed_named(feed), CODES, MAX_BYTES, 1).check([b"148"], [value])
    if isinstance(verdict, Refusal):
        assert len(verdict.detail) <= DETAIL_CHARS
        for scrap in ("Quách", "0987", SECRET, SECRET.encode("unicode_escape").decode()):
            assert scrap not in verdict.detail
    else:  # a text that may hold anything, such as a road
        assert sort == "value"


SPOILT = st.sampled_from(
    (None, b"", b"[", b"{", BEAT[:-1], b"\xff" + SEEN, SEEN[:-1] + b',"x":1}', BEAT + b"," + BEAT)
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(spoilt=st.dictionaries(st.integers(0, 2 * MANY + 10), SPOILT, min_size=1, max_size=9))
def test_among_many_only_the_bad_ones_are_refused(spoilt: dict[int, bytes | None]) -> None:
    """Bad values anywhere among hundreds of good ones."""
    values: list[bytes | None] = [*[BEAT, SEEN] * MANY, *[BEAT] * 11]
    for place, bad in spoilt.items():
        values[place] = bad
    verdicts = check(values)
    assert {n for n, each in enumerate(verdicts) if isinstance(each, Refusal)} == set(spoilt)
    assert all(verdicts[n] == alone([bad])[0] for n, bad in spoilt.items())
