"""The joined check: each value gets the verdict that it gets alone, whatever is beside it."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.messages import Reason
from contracts.placement import partition_of
from contracts.registry import feed_named
from streams.verdicts.contract import Checker, Refusal, Verdict
from tests.contracts.samples import SAMPLES

FEED = feed_named("traffic")
CHECKER = Checker(FEED, frozenset({"148", "150"}), max_bytes=2_000, partitions=1)
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


RIGHT = 2
"""The partition, of four, of the keys 148 and 150, by the hash that the last test checks."""


def placed(values: list[bytes | None], partition: int, partitions: int = 4) -> list[Reason | None]:
    checker = Checker(FEED, frozenset({"148", "150"}), max_bytes=2_000, partitions=partitions)
    keys = [b"150" if value and b'"150"' in value else b"148" for value in values]
    refused = checker.sift(keys, values, partition).refused
    return [refused[n].reason if n in refused else None for n in range(len(values))]


def test_an_event_is_taken_in_its_units_partition_only() -> None:
    values: list[bytes | None] = [GOOD, GOOD.replace(b'"148"', b'"150"'), OTHER]
    assert placed(values, RIGHT) == [None] * 3
    for wrong in (0, 1, 3):
        assert placed(values, wrong) == [Reason.WRONG_PARTITION] * 3
    assert placed(values, 0, partitions=1) == [None] * 3


def test_what_is_wrong_with_an_event_itself_is_said_before_its_partition() -> None:
    unknown = GOOD.replace(b'"148"', b'"999"')
    assert placed([GOOD[:-1], unknown, GOOD], 0) == [
        *(Reason.MALFORMED, Reason.UNKNOWN_UNIT, Reason.WRONG_PARTITION)
    ]
    checker = Checker(FEED, frozenset({"148", "150"}), max_bytes=2_000, partitions=4)
    (refused,) = checker.sift([b"150"], [GOOD], 0).refused.values()
    assert refused.reason is Reason.MALFORMED


def test_the_refusal_names_the_partitioner_to_set() -> None:
    checker = Checker(FEED, frozenset({"148"}), max_bytes=2_000, partitions=4)
    (refused,) = checker.sift([b"148"], [GOOD], 1).refused.values()
    assert refused.detail == (
        "district 148 belongs in partition 2 of 4: set the producer's partitioner to murmur2 "
        "(librdkafka: partitioner=murmur2_random), as Java has it"
    )


def test_partitions_are_those_of_javas_client() -> None:
    """From Kafka's own UtilsTest.testMurmur2: the hashes of 21, foobar, and others."""
    hashes = {
        "21": -973932308,
        "foobar": -790332482,
        "a-little-bit-long-string": -985981536,
        "a-little-bit-longer-string": -1486304829,
        "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
        "abc": 479470107,
    }
    for key, hashed in hashes.items():
        assert partition_of(key, 1_000) == (hashed & 0x7FFFFFFF) % 1_000
