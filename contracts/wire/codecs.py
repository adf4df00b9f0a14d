"""Inflates the records of a batch, for every codec of Kafka, up to a limit.

Any producer may choose any codec, and a topic may set its own. The clients inflate a batch without
limit: 2 MB of gzip may hold 2 GB.
"""

import sys
import zlib
from collections.abc import Callable
from typing import Protocol

import cramjam
import lz4.frame  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

from contracts.wire.errors import FormError

MOST_BYTES = 64 << 20
"""Limit for the records of one batch. The largest message that a topic accepts is 2 MB, so this is
thirty times what a broker would hand on; JSON shrinks to a tenth.
"""

NAMES = ("none", "gzip", "snappy", "lz4", "zstd")
"""The codecs, by their number in a batch's attributes."""

_GZIP = 31
_XERIAL = b"\x82SNAPPY\x00"
_XERIAL_HEAD, _LENGTH = 16, 4
_BROKEN = (
    *(zlib.error, zstd.ZstdError, cramjam.DecompressionError),
    *(RuntimeError, EOFError, ValueError, OSError, OverflowError),
)
"""Errors that the libraries raise for invalid bytes."""


def inflated(codec: int, payload: bytes, most_bytes: int = MOST_BYTES) -> bytes:
    """The records as their producer wrote them; ``payload`` itself if it is not compressed.

    Raises FormError if the bytes do not fit their codec or inflate to more than ``most_bytes``.
    """
    if codec == 0:
        return payload
    if codec >= len(NAMES):
        raise FormError(f"its codec, number {codec}, is none of Kafka's")
    try:
        return _INFLATE[NAMES[codec]](payload, most_bytes)
    except FormError:
        raise
    except _BROKEN as error:
        raise FormError(f"its records are no {NAMES[codec]} ({type(error).__name__})") from None


class _Frame(Protocol):
    """The common interface of the decompressors of gzip, lz4 and zstd."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes | None: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _by_frames(new_frame: Callable[[], _Frame]) -> Callable[[bytes, int], bytes]:
    """Inflate all frames, one after the other."""

    def inflate(payload: bytes, most_bytes: int) -> bytes:
        pieces, room = [], most_bytes
        while payload:
            frame = new_frame()
            # One byte more than allowed tells "too much" from "just enough".
            piece = frame.decompress(payload, room + 1)
            room -= len(piece)
            if room < 0:
                raise _too_large(most_bytes)
            if not frame.eof:
                raise FormError("its compressed records end too early")
            pieces.append(piece)
            payload = frame.unused_data or b""
        return b"".join(pieces)

    return inflate


def _snappy(payload: bytes, most_bytes: int) -> bytes:
    """Snappy, as one block or framed in blocks by Xerial's library, as Java does."""
    if not payload.startswith(_XERIAL):
        return _snappy_block(payload, most_bytes, most_bytes)
    pieces, room, at = [], most_bytes, _XERIAL_HEAD
    while at < len(payload):
        end = at + _LENGTH + int.from_bytes(payload[at : at + _LENGTH], "big")
        if end > len(payload):
            raise FormError("its compressed records end too early")
        pieces.append(_snappy_block(payload[at + _LENGTH : end], room, most_bytes))
        room -= len(pieces[-1])
        at = end
    return b"".join(pieces)


def _snappy_block(block: bytes, room: int, most_bytes: int) -> bytes:
    """A block states its own size before anything is inflated."""
    if cramjam.snappy.decompress_raw_len(block) > room:
        raise _too_large(most_bytes)
    return bytes(cramjam.snappy.decompress_raw(block))


def _too_large(most_bytes: int) -> FormError:
    return FormError(f"its records are more than {most_bytes} bytes once inflated")


_INFLATE: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _by_frames(lambda: zlib.decompressobj(wbits=_GZIP)),
    "snappy": _snappy,
    "lz4": _by_frames(lz4.frame.LZ4FrameDecompressor),
    "zstd": _by_frames(zstd.ZstdDecompressor),
}
