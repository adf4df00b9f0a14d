"""ClickHouse's own framing (`compress=1`, `decompress=1`): blocks that carry a checksum each.

A block is a CityHash128 of what follows it, the method, both sizes, and the packed bytes. See
https://github.com/ClickHouse/ClickHouse/blob/master/src/Compression/CompressionInfo.h
"""

import struct
from collections.abc import Callable, Iterator

import lz4.block  # type: ignore[import-untyped]
from clickhouse_cityhash.cityhash import CityHash128

from ioc.embedded.endpoint.compression import PIECE, Layers, encoder, zstd
from ioc.embedded.endpoint.errors import QueryError
from ioc.embedded.endpoint.status import CANNOT_DECOMPRESS, CHECKSUM_DOESNT_MATCH

LARGEST_BLOCK = 64 << 20
"""Bytes, packed or not. Drivers send a megabyte; Go's sends the rest of a column in one block."""
_CHECKSUM_SIZE = 16
_HEAD = struct.Struct("<BII")
_LZ4, _ZSTD, _NONE = 0x82, 0x90, 0x02


def answer_encoder(encoding: str | None, *, framed: bool) -> Layers:
    """The encoder of an answer: into blocks if the client wants them, then an HTTP encoding."""
    blocks = [FrameEncoder()] if framed else []
    return Layers([*blocks, encoder(encoding)] if encoding else blocks)


class FrameEncoder:
    """Packs an answer as a server does: LZ4, the only method that all drivers read."""

    def encode(self, data: bytes) -> bytes:
        """Blocks of at most PIECE bytes each."""
        return b"".join(_block(data[at : at + PIECE]) for at in range(0, len(data), PIECE))

    def finish(self) -> bytes:
        """Nothing: every block is complete."""
        return b""


def _block(data: bytes) -> bytes:
    packed = lz4.block.compress(data, store_size=False)
    body: bytes = _HEAD.pack(_LZ4, _HEAD.size + len(packed), len(data)) + packed
    return _checksum(body) + body


def _checksum(body: bytes) -> bytes:
    high, low = divmod(CityHash128(body), 1 << 64)
    return struct.pack("<QQ", high, low)


def _unzstd(packed: bytes, size: int) -> bytes:
    return zstd.ZstdDecompressor().decompress(packed, size)


def _unlz4(packed: bytes, size: int) -> bytes:
    data: bytes = lz4.block.decompress(packed, uncompressed_size=size)
    return data


_METHODS: dict[int, Callable[[bytes, int], bytes]] = {
    _LZ4: _unlz4,
    _ZSTD: _unzstd,
    _NONE: lambda packed, _size: packed,
}


class FrameDecoder:
    """Unpacks a request's blocks as they arrive. None may have more than `largest` bytes."""

    def __init__(self, largest: int = LARGEST_BLOCK) -> None:
        self._largest = largest
        self._arrived = bytearray()

    def decode(self, data: bytes) -> Iterator[bytes]:
        """The content of each complete block.

        Raises CANNOT_DECOMPRESS or CHECKSUM_DOESNT_MATCH.
        """
        self._arrived += data
        while len(self._arrived) >= _CHECKSUM_SIZE + _HEAD.size:
            method, packed, size = _HEAD.unpack_from(self._arrived, _CHECKSUM_SIZE)
            if not _HEAD.size <= packed <= self._largest or size > self._largest:
                raise _failure(f"a block of {packed} bytes that unpack to {size}")
            end = _CHECKSUM_SIZE + packed
            if len(self._arrived) < end:
                return
            block = bytes(self._arrived[:end])
            del self._arrived[:end]
            yield _content(block, method, size)

    def finish(self) -> None:
        """Refuse a body that stops in the middle of a block."""
        if self._arrived:
            raise _failure("the body ends too early")


def _content(block: bytes, method: int, size: int) -> bytes:
    checksum, body = block[:_CHECKSUM_SIZE], block[_CHECKSUM_SIZE:]
    if _checksum(body) != checksum:
        message = "Checksum doesn't match: corrupted data."
        raise QueryError(CHECKSUM_DOESNT_MATCH, "CHECKSUM_DOESNT_MATCH", message)
    if method not in _METHODS:
        raise _failure(f"method 0x{method:02x} is neither LZ4 nor ZSTD")
    try:
        data = _METHODS[method](body[_HEAD.size :], size)
    except (lz4.block.LZ4BlockError, zstd.ZstdError) as error:
        raise _failure(str(error)) from error
    if len(data) != size:
        raise _failure(f"a block unpacks to {len(data)} bytes, not to {size}")
    return data


def _failure(reason: str) -> QueryError:
    return QueryError(
        CANNOT_DECOMPRESS, "CANNOT_DECOMPRESS", f"Cannot decompress the body: {reason}."
    )
