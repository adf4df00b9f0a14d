"""ClickHouse's own framing, compared with files that the engine wrote."""

import struct
from http.client import IncompleteRead
from pathlib import Path

import pytest

from ioc.embedded.endpoint.compression import PIECE
from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.framing import FrameDecoder, FrameEncoder
from tests.ioc.embedded.endpoint.conftest import Start
from tests.ioc.embedded.endpoint.running import READER, Running

NUMBERS = range(100_000)
TEXT = bytes(range(256)) * 10_000


def unpacked(framed: bytes, step: int = 1000) -> bytes:
    decoder = FrameDecoder()
    cuts = (framed[at : at + step] for at in range(0, len(framed), step))
    content = b"".join(piece for cut in cuts for piece in decoder.decode(cut))
    decoder.finish()
    return content


@pytest.mark.parametrize(("codec", "method"), [("LZ4", 0x82), ("ZSTD", 0x90), ("NONE", 0x02)])
def test_what_the_engine_framed(start: Start, tmp_path: Path, codec: str, method: int) -> None:
    """The engine's files are made of the same blocks, checksums of its own CityHash included."""
    endpoint = start(tmp_path / "data")
    endpoint.http(
        f"CREATE TABLE t (n UInt64 CODEC({codec})) ENGINE = MergeTree ORDER BY n"
        " SETTINGS min_bytes_for_wide_part = 0"
    )
    sql = f"INSERT INTO t SELECT number FROM numbers({len(NUMBERS)})"
    assert endpoint.http(sql).status == 200
    part = endpoint.http("SELECT path FROM system.parts WHERE table = 't' AND active").body
    framed = (Path(part.decode().strip()) / "n.bin").read_bytes()
    assert framed[16] == method
    assert unpacked(framed) == struct.pack(f"<{len(NUMBERS)}Q", *NUMBERS)


@pytest.mark.parametrize("data", [b"", b"a", TEXT])
def test_there_and_back(data: bytes) -> None:
    coder = FrameEncoder()
    assert unpacked(coder.encode(data) + coder.finish()) == data


def test_no_block_is_larger_than_a_piece() -> None:
    first = FrameEncoder().encode(bytes(3 * PIECE))
    assert next(FrameDecoder().decode(first)) == bytes(PIECE)


def test_a_bit_that_fell_over_is_refused() -> None:
    framed = bytearray(FrameEncoder().encode(TEXT))
    for place in (0, 15, 30, len(framed) - 1):
        framed[place] ^= 1
        with pytest.raises(QueryError, match="Checksum"):
            unpacked(bytes(framed))
        framed[place] ^= 1


def test_a_cut_body_is_refused() -> None:
    with pytest.raises(QueryError, match="ends too early"):
        unpacked(FrameEncoder().encode(TEXT)[:-4])


def test_a_block_that_claims_too_much_is_refused() -> None:
    with pytest.raises(QueryError, match="unpack to"):
        unpacked(bytes(16) + struct.pack("<BII", 0x82, 100, 1 << 30))


def test_answers_and_errors_are_framed(endpoint: Running) -> None:
    for sql, expected in (("SELECT 1", b"1\n"), ("SELECT number FROM numbers(3)", b"0\n1\n2\n")):
        assert unpacked(endpoint.http(sql, user=READER, compress=1).body) == expected
    failed = endpoint.http("SELECT nope", user=READER, compress=1)
    assert (failed.status, failed.code) == (404, "47")
    assert unpacked(failed.body).startswith(b"Code: 47. DB::Exception: Unknown expression")
    stranger = endpoint.http("SELECT 1", user=("nobody", ""), compress=1)
    assert b"Authentication failed" in unpacked(stranger.body)


def test_an_error_in_mid_stream_is_framed(endpoint: Running) -> None:
    sql = "SELECT number, throwIf(number = 900000) FROM numbers(1000000)"
    with pytest.raises(IncompleteRead) as broken:
        endpoint.http(sql, user=READER, compress=1)
    assert b"__exception__" in unpacked(broken.value.partial)


def test_a_framed_insert(endpoint: Running, table: str) -> None:
    rows = b"".join(b"%d\tx\n" % n for n in range(1000))
    framed = FrameEncoder().encode(rows)
    sql = f"INSERT INTO {table} FORMAT TSV"
    assert endpoint.http(framed, query=sql, decompress=1).status == 200
    broken = framed[:20] + bytes([framed[20] ^ 1]) + framed[21:]
    assert endpoint.http(broken, query=sql, decompress=1).code in ("40", "271")
    assert endpoint.http(f"SELECT sum(n) FROM {table}").body == b"499500\n"
