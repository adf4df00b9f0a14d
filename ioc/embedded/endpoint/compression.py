"""HTTP body encodings: incremental, bounded in memory, many frames in a row allowed."""

import re
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import lz4.frame  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.status import CANNOT_DECOMPRESS, NOT_IMPLEMENTED

PIECE = 1 << 20
_GZIP, _ZLIB, _AUTO = 31, 15, 47
_UNWANTED = re.compile(r"q\s*=\s*0(\.0*)?")


class Encoder(Protocol):
    """Compresses a body piece by piece."""

    def encode(self, data: bytes) -> bytes:
        """Compress `data`; output may lag behind."""

    def finish(self) -> bytes:
        """The rest of the body."""


class _ZlibEncoder:
    def __init__(self, wbits: int) -> None:
        self._zlib = zlib.compressobj(level=3, wbits=wbits)

    def encode(self, data: bytes) -> bytes:
        return self._zlib.compress(data)

    def finish(self) -> bytes:
        return self._zlib.flush()


class _ZstdEncoder:
    def __init__(self) -> None:
        self._zstd = zstd.ZstdCompressor(level=1)

    def encode(self, data: bytes) -> bytes:
        return self._zstd.compress(data)

    def finish(self) -> bytes:
        return self._zstd.flush()


class _Lz4Encoder:
    def __init__(self) -> None:
        self._lz4 = lz4.frame.LZ4FrameCompressor()
        self._head: bytes = self._lz4.begin()

    def encode(self, data: bytes) -> bytes:
        head, self._head = self._head, b""
        compressed: bytes = self._lz4.compress(data)
        return head + compressed

    def finish(self) -> bytes:
        rest: bytes = self._lz4.flush()
        return self._head + rest


# Cheapest first: the first of these that a client accepts is used.
_ENCODERS: dict[str, Callable[[], Encoder]] = {
    "lz4": _Lz4Encoder,
    "zstd": _ZstdEncoder,
    "gzip": lambda: _ZlibEncoder(_GZIP),
    "deflate": lambda: _ZlibEncoder(_ZLIB),
}


def negotiate(accepted: str) -> str | None:
    """The encoding to answer in, from an Accept-Encoding header; None for plain."""
    wishes = {}
    for part in accepted.lower().split(","):
        name, *parameters = (each.strip() for each in part.split(";"))
        wishes[name] = not any(_UNWANTED.fullmatch(each) for each in parameters)
    return next((name for name in _ENCODERS if wishes.get(name)), None)


def encoder(encoding: str) -> Encoder:
    """An encoder for a name that `negotiate` returned."""
    return _ENCODERS[encoding]()


class Layers:
    """Chained encoders; without any the body stays plain."""

    def __init__(self, encoders: Sequence[Encoder]) -> None:
        self._encoders = encoders

    def encode(self, data: bytes) -> bytes:
        """Encode `data`; output may lag behind."""
        for layer in self._encoders:
            data = layer.encode(data)
        return data

    def finish(self) -> bytes:
        """The rest of the body."""
        data = b""
        for layer in self._encoders:
            data = layer.encode(data) + layer.finish()
        return data


class _Frame(Protocol):
    """The common interface of the libraries' decompressors."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class _ZlibFrame:
    """zlib's decompressor behind the interface of the other decompressors."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=_AUTO)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max(max_length, 0))


_FRAMES: dict[str, Callable[[], _Frame]] = {
    "lz4": lz4.frame.LZ4FrameDecompressor,
    "zstd": zstd.ZstdDecompressor,
    "gzip": _ZlibFrame,
    "deflate": _ZlibFrame,
}
_BROKEN = (zlib.error, zstd.ZstdError, RuntimeError, EOFError)


class Decoder:
    """Decodes a Content-Encoding. No piece that it yields is larger than PIECE bytes."""

    def __init__(self, encoding: str) -> None:
        if encoding not in _FRAMES:
            known = ", ".join(_FRAMES)
            raise QueryError(
                NOT_IMPLEMENTED,
                "NOT_IMPLEMENTED",
                f"Unknown Content-Encoding {encoding!r}: this endpoint reads {known}.",
            )
        self._encoding = encoding
        self._frame: _Frame | None = None

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Decompress what arrived."""
        try:
            yield from self._pieces(data)
        except _BROKEN as error:
            raise self._failure(str(error)) from error

    def finish(self) -> None:
        """Refuse a body that stops in the middle of a frame."""
        if self._frame is not None:
            raise self._failure("the body ends too early")

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        while data or self._frame is not None:
            frame = self._frame = self._frame or _FRAMES[self._encoding]()
            piece = frame.decompress(data, PIECE)
            data = b""
            if piece:
                yield piece
            if frame.eof:
                data, self._frame = frame.unused_data or b"", None
            elif frame.needs_input and len(piece) < PIECE:
                return

    def _failure(self, reason: str) -> QueryError:
        message = f"Cannot decompress the {self._encoding} body: {reason}."
        return QueryError(CANNOT_DECOMPRESS, "CANNOT_DECOMPRESS", message)
