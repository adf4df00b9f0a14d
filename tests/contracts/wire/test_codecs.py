"""Every codec of Kafka inflates, as other clients write it, and never beyond the limit."""

import gzip
import random
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import cramjam
import lz4.frame  # type: ignore[import-untyped]
import pytest
from aiokafka import codec as theirs

from contracts.wire.codecs import MOST_BYTES, NAMES, inflated
from contracts.wire.errors import FormError

GZIP, SNAPPY, LZ4, ZSTD = range(1, 5)
NOISE = random.Random(5).randbytes(40_000)
RECORDS = NOISE[:900] * 40 + NOISE
Write = Callable[[bytes], object]
WRITERS: dict[str, tuple[int, Write]] = {
    "gzip": (GZIP, theirs.gzip_encode),
    "gzip in members": (GZIP, lambda data: gzip.compress(data[:7]) + gzip.compress(data[7:])),
    "snappy of Java": (SNAPPY, theirs.snappy_encode),
    "snappy of librdkafka": (SNAPPY, cramjam.snappy.compress_raw),
    "lz4": (LZ4, theirs.lz4_encode),
    "lz4 with its size": (LZ4, lambda data: lz4.frame.compress(data, store_size=True)),
    "lz4 in frames": (LZ4, lambda data: theirs.lz4_encode(data[:9]) + theirs.lz4_encode(data[9:])),
    "zstd": (ZSTD, theirs.zstd_encode),
    "zstd in frames": (
        ZSTD,
        lambda data: theirs.zstd_encode(data[:9]) + theirs.zstd_encode(data[9:]),
    ),
}


def written(writer: str, data: bytes = RECORDS) -> tuple[int, bytes]:
    codec, write = WRITERS[writer]
    return codec, bytes(write(data))  # type: ignore[call-overload]


@pytest.mark.parametrize("writer", WRITERS)
def test_what_other_clients_compressed_comes_back(writer: str) -> None:
    assert inflated(*written(writer), len(RECORDS)) == RECORDS


@pytest.mark.parametrize("writer", WRITERS)
def test_one_byte_more_than_the_limit_is_refused(writer: str) -> None:
    with pytest.raises(FormError, match=f"more than {len(RECORDS) - 1} bytes once inflated"):
        inflated(*written(writer), len(RECORDS) - 1)


@pytest.mark.parametrize("writer", ["gzip", "snappy of librdkafka", "lz4", "zstd"])
def test_a_bomb_takes_no_more_memory_than_the_limit(writer: str) -> None:
    codec, bomb = written(writer, bytes(4 * MOST_BYTES))
    tracemalloc.start()
    try:
        with pytest.raises(FormError, match=f"more than {MOST_BYTES} bytes"):
            inflated(codec, bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2.1 * MOST_BYTES


@pytest.mark.parametrize("writer", WRITERS)
def test_garbled_bytes_are_a_form_error_or_inflate_within_the_limit(writer: str) -> None:
    codec, whole = written(writer)
    chance = random.Random(writer)
    for _ in range(300):
        spoilt = bytearray(whole)
        for _ in range(chance.randrange(1, 5)):
            spoilt[chance.randrange(min(60, len(spoilt)))] = chance.randrange(256)
        cut = bytes(spoilt[: chance.choice((len(whole), chance.randrange(len(whole))))])
        with suppress(FormError):
            assert len(inflated(codec, cut, len(RECORDS))) <= len(RECORDS)


@pytest.mark.parametrize("codec", range(1, 8))
def test_noise_is_no_codec_s(codec: int) -> None:
    with pytest.raises(FormError):
        inflated(codec, NOISE)


def test_plain_records_are_left_alone() -> None:
    assert inflated(0, NOISE) is NOISE
    assert NAMES == ("none", "gzip", "snappy", "lz4", "zstd")
