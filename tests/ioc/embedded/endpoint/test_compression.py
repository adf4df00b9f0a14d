"""Encodings by themselves: any cut, many frames, no piece too large."""

import gzip
import zlib
from collections.abc import Callable

import lz4.frame  # type: ignore[import-untyped]
import pytest

from ioc.embedded.endpoint.compression import PIECE, Decoder, encoder, negotiate, zstd
from ioc.embedded.endpoint.errors import QueryError

Pack = Callable[[bytes], bytes]
PACKERS: list[tuple[str, Pack]] = [
    ("gzip", gzip.compress),
    ("zstd", zstd.compress),
    ("lz4", lz4.frame.compress),
]
TEXT = bytes(range(256)) * 4000


@pytest.mark.parametrize(("encoding", "pack"), [*PACKERS, ("deflate", zlib.compress)])
@pytest.mark.parametrize("step", [1000, 10**9])
def test_any_cut(encoding: str, pack: Pack, step: int) -> None:
    packed = pack(TEXT)
    decoder = Decoder(encoding)
    cuts = [packed[at : at + step] for at in range(0, len(packed), step)]
    assert b"".join(piece for cut in cuts for piece in decoder.decode(cut)) == TEXT
    decoder.finish()


@pytest.mark.parametrize(("encoding", "pack"), PACKERS)
def test_frames_in_a_row(encoding: str, pack: Pack) -> None:
    decoder = Decoder(encoding)
    assert b"".join(decoder.decode(pack(b"one") + pack(b"") + pack(b"two"))) == b"onetwo"
    decoder.finish()


@pytest.mark.parametrize(("encoding", "pack"), [*PACKERS, ("deflate", zlib.compress)])
def test_a_small_body_that_swells_comes_in_pieces(encoding: str, pack: Pack) -> None:
    sizes = [len(piece) for piece in Decoder(encoding).decode(pack(bytes(20 * PIECE)))]
    assert max(sizes) <= PIECE
    assert sum(sizes) == 20 * PIECE


@pytest.mark.parametrize(("encoding", "pack"), PACKERS)
def test_a_cut_body_is_refused(encoding: str, pack: Pack) -> None:
    decoder = Decoder(encoding)
    list(decoder.decode(pack(TEXT)[:-4]))
    with pytest.raises(QueryError, match="ends too early"):
        decoder.finish()


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "lz4", "deflate"])
@pytest.mark.parametrize("pieces", [[], [b""], [b"a"], [TEXT, b"", TEXT]])
def test_what_is_encoded_can_be_decoded(encoding: str, pieces: list[bytes]) -> None:
    coder, decoder = encoder(encoding), Decoder(encoding)
    packed = b"".join([*map(coder.encode, pieces), coder.finish()])
    assert b"".join(decoder.decode(packed)) == b"".join(pieces)
    decoder.finish()


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", None),
        ("identity", None),
        ("br", None),
        ("gzip, deflate, br, zstd", "zstd"),
        ("lz4,zstd,gzip", "lz4"),
        ("GZIP;q=0.5", "gzip"),
        ("gzip;q=0, identity", None),
        ("lz4; q=0.0, gzip;q=0.1", "gzip"),
    ],
)
def test_what_the_client_accepts(accepted: str, chosen: str | None) -> None:
    assert negotiate(accepted) == chosen
