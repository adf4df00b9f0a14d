"""The joined check: each value gets the verdict that it gets alone, whatever is beside it."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.messages import Reason
from contracts.registry import feed_named
from streams.verdicts.contract import Checker, Refusal, Verdict
from tests.contracts.samples import SAMPLES

FEED = feed_named("traffic")
CHECKER = Checker(FEED, frozenset({"148", "150"}), max_bytes=2_000)
GOOD = orjson.dumps(SAMPLES["traffic", "detection"])
OTHER = orjson.dumps(SAMPLES["traffic", "heartbeat"])
HALF = GOOD.index(b'"road":"') + len(b'"road":"')

FRAGMENTS = (
    GOOD,
    OTHER,
    GOOD + b"," + OTHER,
    GOOD + b",\n" + OTHER,
    GOOD[:HALF] + b"a}",
    b'{b"' + GOOD[GOOD.index(b",", HALF) :],
    GOOD[:-1],
    GOOD[1:],
    b" " + GOOD,
    GOOD + b"\n",
    b"\n",
    b"",
    b"[",
    b"]",
    b"{}",
    b"null",
    b"[" + GOOD + b"]",
    GOOD.replace(b"61.5", b"NaN"),
    GOOD.replace(b'"lane":1', b'"lane":1,"lane":2'),
    GOOD.replace(b'"car"', b'"\xff\xfe"'),
    b"\xef\xbb\xbf" + GOOD,
    GOOD.replace(b"2026-11-20T03:00:00.000Z", b"1795143600000"),
    b"[" * 500,
    b'{"a":' * 300 + b"1" + b"}" * 300,
    GOOD.replace(b'"148"', b'"999"'),
    GOOD.replace(b'"source":"test"', b'"source":"' + b"x" * 3_000 + b'"'),
    None,
)


def one(value: bytes | None, key: bytes | None = b"148") -> Verdict:
    (verdict,) = CHECKER.check([key], [value])
    return verdict


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=6))
def test_neighbours_do_not_matter(values: list[bytes | None]) -> None:
    together = CHECKER.check([b"148"] * len(values), values)
    assert list(together) == [one(value) for value in values]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cut=st.integers(1, len(GOOD) - 1), data=st.data())
def test_an_event_cut_in_two_messages_is_two_malformed_ones(cut: int, data: st.DataObject) -> None:
    extra = data.draw(st.sampled_from((GOOD, GOOD + b"," + OTHER, GOOD + b",\n" + OTHER)))
    verdicts = CHECKER.check([b"148"] * 3, [extra, GOOD[:cut], GOOD[cut:]])
    assert all(isinstance(verdict, Refusal) for verdict in verdicts[1:])


@pytest.mark.parametrize(
    ("value", "key", "reason"),
    [
        (None, b"148", Reason.MALFORMED),
        (GOOD + b"," + OTHER, b"148", Reason.MALFORMED),
        (GOOD, b"150", Reason.MALFORMED),
        (GOOD, None, Reason.MALFORMED),
        (GOOD.replace(b'"148"', b'"999"'), b"999", Reason.UNKNOWN_UNIT),
        (GOOD + b" " * 3_000, b"148", Reason.TOO_LARGE),
        (GOOD.replace(b"2026-11-20T03:00:00.000Z", b"1795143600"), b"148", Reason.MALFORMED),
    ],
)
def test_the_reason_is_named(value: bytes | None, key: bytes | None, reason: Reason) -> None:
    verdict = one(value, key)
    assert isinstance(verdict, Refusal)
    assert verdict.reason is reason


@pytest.mark.parametrize("field", ["kind", "source", "road", "vehicle_class", "surprise"])
def test_the_detail_does_not_repeat_content(field: str) -> None:
    secret = "Nguyễn-Văn-A-0912345678" + "x" * 80
    verdict = one(orjson.dumps(SAMPLES["traffic", "detection"] | {field: secret, secret: 1}))
    assert isinstance(verdict, Refusal)
    assert "Nguyễn" not in verdict.detail
    assert "0912345678" not in verdict.detail
